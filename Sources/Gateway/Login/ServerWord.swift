import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the gateway says to a MySQL server instead of a client's token: a secret that only the two know, so that nobody else can
/// say it. It never goes to a client.
struct ServerWord: Sendable, Equatable {
    /// 64 hexadecimal digits.
    let bytes: [UInt8]

    /// Why the file is not used. Says nothing of what is in it.
    struct Unusable: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    /// Two fields on one line: whom the server believes (a user id, the server's to check), and the word.
    static func load(_ path: String) throws(Unusable) -> ServerWord {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unusable(description: "\(path): \(SystemError.text(errno))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Unusable(description: "\(path): \(SystemError.text(errno))") }
        // It may belong to the server's user, who must read it too.
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
            throw Unusable(description: "\(path) is not a file that its owner alone can read: its mode must be 0600")
        }
        do {
            if let word = decode(try file.read(upToCount: 256) ?? Data()) { return word }
        } catch {
            throw Unusable(description: "\(path): \(error)")
        }
        throw Unusable(description: "\(path) is not a user id and 64 hexadecimal digits")
    }

    static func decode(_ data: Data) -> ServerWord? {
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count == 2, UInt32(fields[0]) != nil else { return nil }
        let word = fields[1].hasSuffix("\n") ? fields[1].dropLast() : fields[1]
        guard word.utf8.count == 64, word.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
            return nil
        }
        return ServerWord(bytes: Array(word.utf8))
    }
}
