import Foundation

/// What a server prints. One file and its predecessor; turned over by size when the server starts.
struct LogFile: Sendable {
    /// From this size on, the next start begins a new file.
    static let sizeLimitBytes: Int64 = 8 << 20

    let path: String

    /// Opens for appending.
    ///
    /// - Returns: the descriptor, and where the server's own lines will begin.
    func open() throws(EngineError) -> (file: Descriptor, offset: Int64) {
        if let found = FileSystem.status(path), found.st_size > Self.sizeLimitBytes {
            try system("rename \(path)") { rename(path, path + ".1") }
        }
        // Not waiting for the other end, should a server have put a pipe there.
        let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
        return (file, FileSystem.status(path).map { Int64($0.st_size) } ?? 0)
    }

    /// A log that grows while its server runs is cut at this size; its last lines are kept aside.
    static let runningLimitBytes: Int64 = 64 << 20

    /// Cuts the log if it is too long. Whoever writes to it goes on at the new end, because it is open for appending.
    func limit(_ refused: (EngineError) -> Void) {
        guard let found = FileSystem.status(path), found.st_size > Self.runningLimitBytes else { return }
        do {
            let file = try Descriptor(opening: path, O_WRONLY | O_NOFOLLOW)
            let kept = tail(from: 0, limit: Self.sizeLimitBytes)
            try FileSystem.replace(path + ".1", with: kept, mode: 0o600)
            try system("truncate \(path)") { ftruncate(file.number, 0) }
        } catch { refused(error) }
    }

    /// The last lines written since `offset`, at most `limit` bytes of them.
    func tail(from offset: Int64, limit: Int64 = 32 << 10) -> String {
        guard let file = try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW) else { return "" }
        var found = stat()
        guard fstat(file.number, &found) == 0, found.st_size > offset else { return "" }
        let start = max(offset, Int64(found.st_size) - limit)
        var bytes = [UInt8](repeating: 0, count: Int(Int64(found.st_size) - start))
        let count = pread(file.number, &bytes, bytes.count, off_t(start))
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }
}
