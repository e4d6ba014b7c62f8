import AWSWire
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The access keys that may sign login tokens: `[{"id": …, "secret": …}]`, and `sessionToken` for temporary ones.
enum AccessKeysFile {
    static let maximumBytes = 1 << 20

    /// Why the file is not used. Says nothing of what is in it.
    struct Unusable: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    private struct Key: Decodable {
        var id: String
        var secret: String
        var sessionToken: String?
    }

    /// Secrets that others can read or write are no secrets: the file must be ours, and nobody else's.
    static func load(_ path: String) throws(Unusable) -> [AccessKey] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unusable(description: "\(path): \(SystemError.text(errno))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Unusable(description: "\(path): \(SystemError.text(errno))") }
        if let problem = problem(mode: status.st_mode, owner: status.st_uid, size: Int(status.st_size)) {
            throw Unusable(description: "\(path) \(problem)")
        }
        do {
            return try decode(file.read(upToCount: maximumBytes) ?? Data())
        } catch {
            throw Unusable(description: "\(path) is not a list of access keys")
        }
    }

    static func decode(_ data: Data) throws -> [AccessKey] {
        try JSONDecoder().decode([Key].self, from: data).map {
            AccessKey(id: $0.id, secret: $0.secret, sessionToken: $0.sessionToken)
        }
    }

    static func problem(mode: mode_t, owner: uid_t, size: Int, user: uid_t = geteuid()) -> String? {
        if mode & S_IFMT != S_IFREG { return "is not a file" }
        if owner != user { return "belongs to another user" }
        if mode & 0o077 != 0 { return "can be read by others: its mode must be 0600" }
        return size > maximumBytes ? "is larger than \(maximumBytes) bytes" : nil
    }
}
