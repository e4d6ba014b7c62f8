internal import Engines
internal import Foundation

/// One control plane per data directory: an advisory lock that the kernel drops with the process.
///
/// A killed process can seem gone while the lock is still held: its threads end one after another, and a child that it
/// was about to turn into another program has a copy until then. So a lock whose holder has ended is waited for.
final class ServeLock: Sendable {
    private let descriptor: Int32

    /// - Parameter patience: how long to wait for a holder that has ended, or is ending.
    /// - Throws: `InstallationError` that names the process which holds it.
    init(_ directory: DataDirectory, patience: Duration = .seconds(5)) throws {
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
        let text = "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    private static func lock(_ descriptor: Int32, patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else { return false }
            if let holder = written(in: descriptor), ProcessIdentity.of(holder) != nil { return false }
            usleep(10_000)
        }
        return true
    }

    /// The process that holds the lock, or nil when nobody does.
    static func holder(of directory: DataDirectory) -> Int32? {
        let descriptor = open(directory.lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return written(in: descriptor)
    }

    private static func written(in descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return Int32(
            String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
