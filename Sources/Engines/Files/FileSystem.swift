import CMartlet
import Foundation
import PrivateFiles

/// The few file operations that engines need, with the care that a hostile or full file system asks for.
enum FileSystem {
    /// Information about the file itself, not what a symbolic link leads to; nil when it cannot be had.
    static func status(_ path: String) -> stat? {
        var found = stat()
        return lstat(path, &found) == 0 ? found : nil
    }

    static func isDirectory(_ path: String) -> Bool {
        status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    static func exists(_ path: String) -> Bool { status(path) != nil }

    /// What a file takes on the disk; 0 when it cannot be looked at.
    static func allocatedBytes(_ path: String) -> Int64 { status(path).map { Int64($0.st_blocks) * 512 } ?? 0 }

    /// True when both lead to the same file, symbolic links followed.
    static func isSame(_ path: String, _ other: stat) -> Bool {
        var found = stat()
        return stat(path, &found) == 0 && found.st_dev == other.st_dev && found.st_ino == other.st_ino
    }

    /// Makes a directory with exactly this mode and owner; one that is there keeps its own.
    ///
    /// - Parameter finishes: one that is ours and closed to all others is what somebody who was killed had just made: what is
    ///   still to be done with it is done. False for directories that an operator may have made like that.
    static func makeDirectory(
        _ path: String, mode: mode_t, owner: EngineUser? = nil, finishes: Bool = true
    ) throws(EngineError) {
        if mkdir(path, 0o700) != 0 {
            let code = errno
            guard code == EEXIST, let found = status(path), found.st_mode & S_IFMT == S_IFDIR else {
                throw .refused("make the directory \(path)", code)
            }
            guard finishes, found.st_uid == geteuid(), found.st_mode & 0o7777 == 0o700 else { return }
        }
        let directory = try Descriptor.directory(path)
        if let owner { try system("chown \(path)") { fchown(directory.number, owner.uid, owner.gid) } }
        try system("chmod \(path)") { fchmod(directory.number, mode) }
    }

    /// The names in a directory, sorted; empty when there is no such directory.
    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The first `limit` bytes of a regular file, as text; nil when it cannot be read.
    static func read(_ path: String, limit: Int = 64 << 10) -> String? {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
        guard let file = try? Descriptor(opening: path, flags) else { return nil }
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = bytes.withUnsafeMutableBytes {
                Foundation.read(file.number, $0.baseAddress?.advanced(by: filled), limit - filled)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
            filled += count
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }

    /// Puts a file of exactly this content, mode and owner in place of whatever has the name.
    ///
    /// - Parameter durably: on the disk when it returns. Otherwise the caller sees to that later, or need not.
    static func replace(
        _ path: String, with text: String, mode: mode_t, owner: EngineUser? = nil, durably: Bool = true
    ) throws(EngineError) {
        let given = owner.map { PrivateFile.Owner(user: $0.uid, group: $0.gid) }
        do throws(FileFailure) {
            try PrivateFile.replace(path, with: text.utf8, mode: mode, owner: given, durably: durably)
        } catch {
            // On a full volume there is a reserve for the server's user alone: what we write for it may use that, too.
            guard error.code == ENOSPC, let owner, geteuid() == 0 else { throw .refused(error.what, error.code) }
            try use(owner, path, text, mode, durably)
        }
    }

    /// Writes a file as the user whose it is.
    private static func use(
        _ owner: EngineUser, _ path: String, _ text: String, _ mode: mode_t, _ durably: Bool
    ) throws(EngineError) {
        _ = martlet_use_files_as(owner.uid, owner.gid)
        defer { _ = martlet_use_files_as(0, getegid()) }
        do throws(FileFailure) {
            try PrivateFile.replace(path, with: text.utf8, mode: mode, owner: nil, durably: durably)
        } catch { throw .refused(error.what, error.code) }
    }

    /// Has a file, and its name in its directory, on the disk.
    static func synchronise(_ path: String) throws(EngineError) {
        let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW)
        try system("fsync \(path)") { fsync(file.number) }
        try syncDirectory(parent(path))
    }

    static func write(_ bytes: [UInt8], to file: Descriptor, _ path: String) throws(EngineError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(file.number, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .refused("write \(path)", errno) }
            written += count
        }
    }

    /// Makes renames into and out of a directory durable.
    static func syncDirectory(_ path: String) throws(EngineError) {
        let directory = try Descriptor.directory(path)
        try system("fsync \(path)") { fsync(directory.number) }
    }

    /// Has all that was written to the file system of a directory on the disk.
    static func synchroniseFileSystem(_ path: String) throws(EngineError) {
        let directory = try Descriptor.directory(path)
        try system("sync \(path)") { martlet_sync_filesystem(directory.number) }
    }

    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    static func lastComponent(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }

    /// The path without symbolic links; nil when nothing is there.
    static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// Where a symbolic link leads, as it is written; nil for anything else.
    static func target(ofLink path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { room in
            room.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { readlink(path, $0, room.count) } ?? -1 }
        }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
