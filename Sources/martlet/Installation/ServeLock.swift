internal import Engines
internal import Foundation

/// One control plane per data directory: an advisory lock that the kernel drops with the process.
///
/// A killed process can seem gone while the lock is still held: its threads end one after another, and a child that it
/// was about to turn into another program has a copy until then. So a lock whose holder has ended is waited for.
final class ServeLock: Sendable {
    private let descriptor: Int32

    /// Beside the number of a holder that only looks, and is soon gone.
    private static let brief = "brief"

    /// - Parameters:
    ///   - patience: how long to wait for a holder that has ended, or is ending.
    ///   - isBrief: whoever comes meanwhile waits for the end of it instead of giving up.
    /// - Throws: `InstallationError` that names the process which holds it.
    init(_ directory: DataDirectory, patience: Duration = .seconds(5), isBrief: Bool = false) throws {
        descriptor = open(directory.lockFile, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw InstallationError("cannot open \(directory.lockFile): \(String(cString: strerror(errno)))")
        }
        guard Self.lock(descriptor, patience: patience) else {
            let holder = Self.holder(of: directory).map { " (process \($0))" } ?? ""
            close(descriptor)
            throw InstallationError(
                "Another martlet serve\(holder) already runs on \(directory.path). "
                    + "Use it (martlet env --data-dir \(directory.path)), or stop it first.")
        }
        ftruncate(descriptor, 0)
        let text = isBrief ? "\(getpid()) \(Self.brief)\n" : "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    private static func lock(_ descriptor: Int32, patience: Duration) -> Bool {
        let start = ContinuousClock.now
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { return false }
            let holder = written(in: descriptor)
            if let holder, !holder.isBrief, ProcessIdentity.of(holder.pid) != nil { return false }
            // One that was killed keeps it until its last thread has left the kernel, after an fsync on a busy disk.
            let limit = holder == nil ? patience : max(patience, longestEnd)
            guard ContinuousClock.now < start + limit else { return false }
            usleep(10_000)
        }
        return true
    }

    /// Of a look at many servers that do not answer, and of a process that was killed.
    private static let longestEnd = Duration.seconds(30)

    /// The process that holds the lock for long, or nil when nobody does.
    static func holder(of directory: DataDirectory) -> Int32? {
        let descriptor = open(directory.lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return written(in: descriptor).flatMap { $0.isBrief ? nil : $0.pid }
    }

    private static func written(in descriptor: Int32) -> (pid: Int32, isBrief: Bool)? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let words = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.first.flatMap { Int32($0) }.map { ($0, words.count > 1 && words[1] == Self.brief) }
    }
}
