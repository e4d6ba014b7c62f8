internal import Foundation

/// An image that somebody checks, resizes or mounts.
///
/// Programs of a `serve` that was killed go on with the image for a while. They have the descriptor as well, so the lock is
/// theirs until they end, and two never repair one file system at the same time.
struct ImageLock {
    /// For the programs that work in it.
    let file: OpenFile

    /// - Throws: `VolumeError.busy` when somebody else still has it after `patience`.
    static func take(_ image: String, patience: Duration = VolumeHost.patience) throws(VolumeError) -> ImageLock {
        let file = try OpenFile(image, O_RDWR | O_NOFOLLOW)
        let deadline = ContinuousClock.now + patience
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else { throw .system("lock \(image)", code) }
            guard ContinuousClock.now < deadline else { throw .busy("another program still works in \(image)") }
            usleep(20_000)
        }
        return ImageLock(file: file)
    }
}
