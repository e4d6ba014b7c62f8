internal import Foundation

/// A second descriptor of a library's socket, to end its session with at any moment.
///
/// The library may close its own in the meantime, and then that number is another file's. A socket with two descriptors is
/// closed with the last one, so this goes with the connection.
final class SocketEnd: Sendable {
    private let descriptor: Int32

    /// Where no descriptor is left this ends nothing; waits have limits of their own.
    init(of socket: Int32) { descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Nothing comes or goes any more; whoever waits at the socket is told.
    func shutDown() { if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
}
