internal import Foundation

/// One control plane per data directory: an advisory lock that the kernel drops with the process, and
/// nothing before it: what the process still has open is closed by then.
final class ServeLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `InstallationError` that names the process which holds it.
    init(_ directory: DataDirectory) throws {
        descriptor = open(directory.lockFile, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw InstallationError("cannot open \(directory.lockFile): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
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

    /// The process that holds the lock, or nil when nobody does.
    static func holder(of directory: DataDirectory) -> Int32? {
        let descriptor = open(directory.lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return Int32(
            String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
