internal import Foundation

/// An advisory lock (`flock`) on an existing file, held until released or the process ends.
struct SharedLock {
    private let descriptor: Int32

    /// Waits for the lock.
    init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    func release() { close(descriptor) }
}
