internal import Foundation

/// A second descriptor of a library's socket, to wait at it, and to end its session at any moment.
///
/// The library may close its own in the meantime, and then that number is another file's. A socket with two descriptors is
/// closed with the last one, so this goes with the connection.
final class SocketEnd: Sendable {
    /// The library's own where no other is left.
    let descriptor: Int32
    private let isOurs: Bool

    init(of socket: Int32) {
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        isOurs = copy >= 0
        descriptor = isOurs ? copy : socket
    }

    deinit { if isOurs { close(descriptor) } }

    /// Whose it is, for those who wait at it.
    var socket: Readiness.Socket { isOurs ? .own : .borrowed }

    /// Nothing comes or goes any more; whoever waits at the socket is told. Without a descriptor of ours this ends nothing; waits
    /// have limits of their own.
    func shutDown() { if isOurs { shutdown(descriptor, Int32(SHUT_RDWR)) } }
}
