internal import Foundation

/// The socket of a session that waits for nothing.
enum IdleSocket {
    /// Whether the server has said nothing, as an idle one does. End of file, or a farewell (PostgreSQL's 57P01), means that it
    /// goes. Costs no round trip.
    static func isSilent(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count < 0 && (errno == EAGAIN || errno == EINTR)
    }
}
