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
        let partial = "\(path).\(getpid()).\(UUID().uuidString).partial"
        do {
            let file = try OpenFile(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            if let owner { try call("chown \(path)") { fchown(file.descriptor, owner.user, owner.group) } }
            try call("chmod \(path)") { fchmod(file.descriptor, mode) }
            try file.write(Array(bytes), naming: path)
            if durably { try call("fsync \(path)") { fsync(file.descriptor) } }
            try call("rename to \(path)") { rename(partial, path) }
        } catch {
            unlink(partial)
            throw error
        }
        removeLeftovers(of: path)
        if durably { try synchronizeDirectory(parent(of: path)) }
    }

    /// What a process that was killed while it was writing the same file has left beside it. Whoever lives may still be at it;
    /// what cannot be removed does no harm, and is tried again with the next replacement.
    private static func removeLeftovers(of path: String) {
        let directory = parent(of: path)
        let prefix = (path.split(separator: "/").last.map(String.init) ?? path) + "."
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return }
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(".partial") {
            let rest = name.dropFirst(prefix.count).split(separator: ".")
            guard rest.count == 3, let writer = Int32(rest[0]), writer > 0, writer != getpid() else { continue }
            if kill(writer, 0) != 0, errno == ESRCH { unlink("\(directory)/\(name)") }
        }
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

/// Performs a system call again while a signal interrupts it. Returns its result, never negative.
@discardableResult
private func call(_ what: @autoclosure () -> String, _ body: () -> Int32) throws(FileFailure) -> Int32 {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw FileFailure(what: what(), code: code) }
    }
}

private final class OpenFile {
    let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws(FileFailure) {
        descriptor = try call("open \(path)") { open(path, flags | O_CLOEXEC, 0o600) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8], naming path: String) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            written += Int(
                try call("write \(path)") {
                    bytes.withUnsafeBytes {
                        // At most 1 GiB at a time: the count must fit the result.
                        let count = min(bytes.count - written, 1 << 30)
                        return Int32(Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), count))
                    }
                })
        }
    }
}
