internal import Foundation

/// Files that are replaced whole or not at all, and that nobody else reads unless it is asked for.
public enum PrivateFile {
    /// Whom a file is given to.
    public struct Owner: Sendable, Equatable {
        public var user: UInt32
        public var group: UInt32

        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// Writes `bytes` beside `path` and renames them into place; a symbolic link there is replaced, not followed.
    ///
    /// - Parameters:
    ///   - mode: exactly, whatever the process's mask is.
    ///   - owner: nil for the process's own.
    ///   - durably: it is on the disk when this returns, its name included. Otherwise the caller sees to that, or need not.
    public static func replace(
        _ path: String, with bytes: some Collection<UInt8>, mode: UInt32 = 0o600, owner: Owner? = nil, durably: Bool = true
    ) throws(FileFailure) {
        let partial = try PartialFile(beside: path)
        do {
            // A file is closed after its last use: the lock has to outlive the new name.
            defer { withExtendedLifetime(partial) {} }
            let file = partial.file
            if let owner { try call("chown \(path)") { fchown(file.descriptor, owner.user, owner.group) } }
            try call("chmod \(path)") { fchmod(file.descriptor, mode) }
            try file.write(Array(bytes), naming: path)
            if durably { try call("fsync \(path)") { fsync(file.descriptor) } }
            try call("rename to \(path)") { rename(partial.name, path) }
        } catch {
            unlink(partial.name)
            throw error
        }
        PartialFile.removeLeftovers(of: path)
        if durably { try synchronizeDirectory(parent(of: path)) }
    }

    /// Makes renames into and out of a directory durable.
    public static func synchronizeDirectory(_ path: String) throws(FileFailure) {
        let directory = try OpenFile(path, O_RDONLY | O_DIRECTORY)
        try call("fsync \(path)") { fsync(directory.descriptor) }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What the system refused.
public struct FileFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The attempt and its file: `rename to /a/b`.
    public var what: String
    /// `errno`.
    public var code: Int32

    public var reason: String { String(cString: strerror(code)) }
    public var description: String { "\(what): \(reason)" }
}
