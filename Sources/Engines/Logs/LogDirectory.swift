internal import Foundation
public import Resources

/// The log files of one server: `DIR/instances/ID/log`, with a directory for each kind of log (`error`, `slowquery` …), which
/// belongs to the user that the server runs as. What it may hold is not trusted: no link is followed, only plain files count.
public struct LogDirectory: Sendable, Equatable {
    /// More files than this are not looked at.
    static let filesLimit = 10_000
    private static let nameLimit = 200

    let path: String
    /// The directories in it: `error`.
    let kinds: [String]

    /// Makes what is missing. Servers walk to their own directories through `log`.
    func prepare(for user: EngineUser?) throws(EngineError) {
        let mode: mode_t = user == nil ? 0o700 : 0o711
        try FileSystem.makeDirectory(path, mode: mode)
        let directory = try Descriptor.directory(path)
        // A former Martlet made it for itself alone.
        try system("chmod \(path)") { fchmod(directory.number, mode) }
        for kind in kinds { try FileSystem.makeDirectory("\(path)/\(kind)", mode: 0o700, owner: user) }
    }

    /// What there is, sorted by name. Blocks.
    public func files() throws(EngineError) -> [DBLogFile] {
        var found: [DBLogFile] = []
        for kind in kinds where FileSystem.isDirectory("\(path)/\(kind)") {
            let directory = try Descriptor.directory("\(path)/\(kind)")
            for name in FileSystem.names(in: "/proc/self/fd/\(directory.number)").prefix(Self.filesLimit) {
                guard Self.isProper(name), let file = Self.look(name, in: directory) else { continue }
                found.append(file.named("\(kind)/\(name)"))
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    private static func look(_ name: String, in directory: Descriptor) -> DBLogFile? {
        var status = stat()
        guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return DBLogFile(name: name, status)
    }

    private static func isProper(_ name: String) -> Bool {
        name.utf8.count <= nameLimit && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Opens a file for appending, for the server to write to; it can open it again by itself.
    func open(_ name: String, for user: EngineUser?) throws(EngineError) -> Descriptor {
        guard let (directory, name) = try place(name) else { throw .damaged(what: "\(path)/\(name) is no log file") }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = Descriptor(owning: try system("open \(name)") { openat(directory.number, name, flags, 0o600) })
        if let user { try system("chown \(name)") { fchown(file.number, user.uid, user.gid) } }
        return file
    }

    /// `count` bytes from `offset` on, fewer where the file ends; nil when this very file is not there under its name. Blocks.
    public func read(_ file: DBLogFile, from offset: Int64, count: Int) throws(EngineError) -> [UInt8]? {
        guard let (directory, name) = try place(file.name) else { return nil }
        let number = openat(directory.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if number < 0, errno == ENOENT || errno == ELOOP { return nil }
        guard number >= 0 else { throw .refused("read \(file.name)", errno) }
        let opened = Descriptor(owning: number)
        var status = stat()
        guard fstat(number, &status) == 0, DBLogFile(name: name, status)?.id == file.id else { return nil }
        return try opened.bytes(from: offset, count: count, of: file.name)
    }

    /// Gives a file another name of the same kind. Nothing happens when it is not there.
    public func rename(_ name: String, to other: String) throws(EngineError) {
        guard let (directory, from) = try place(name), let (_, to) = try place(other) else { return }
        guard renameat(directory.number, from, directory.number, to) != 0, errno != ENOENT else { return }
        throw .refused("rename \(name)", errno)
    }

    public func remove(_ name: String) throws(EngineError) {
        guard let (directory, name) = try place(name), unlinkat(directory.number, name, 0) != 0, errno != ENOENT else { return }
        throw .refused("remove \(name)", errno)
    }

    /// The directory of `KIND/NAME`, open, and NAME; nil for anything that `files` would not list.
    private func place(_ name: String) throws(EngineError) -> (Descriptor, String)? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, kinds.contains(parts[0]), Self.isProper(parts[1]), FileSystem.isDirectory("\(path)/\(parts[0])")
        else { return nil }
        return (try Descriptor.directory("\(path)/\(parts[0])"), parts[1])
    }
}

extension DBLogFile {
    /// Nil for what is no plain file.
    fileprivate init?(name: String, _ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let lastWritten = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        self.init(name: name, sizeBytes: Int64(status.st_size), lastWrittenMs: lastWritten, id: UInt64(status.st_ino))
    }

    fileprivate func named(_ name: String) -> DBLogFile {
        var copy = self
        copy.name = name
        return copy
    }
}

extension Descriptor {
    fileprivate func bytes(from offset: Int64, count: Int, of name: String) throws(EngineError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes {
                pread(number, $0.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + off_t(filled))
            }
            if read < 0, errno == EINTR { continue }
            if read < 0 { throw .refused("read \(name)", errno) }
            if read == 0 { break }
            filled += read
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
