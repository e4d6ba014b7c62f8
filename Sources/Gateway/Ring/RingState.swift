/// Who reads from a socket.
enum RingState: UInt8 {
    /// The loop, when epoll says that there is something. Can transition to `armed`.
    case outside
    /// The kernel, into the ring's buffers, without being asked each time. Can transition to `leaving`, `outside`.
    case armed
    /// As `armed`, but it has been told to stop, and may have read more before it heard of that. Can transition to `outside`.
    case leaving
}

/// Whether a direction of a connection carries short messages: then the ring is the cheaper way for it. What is long is read in
/// larger pieces without it, and who stays only for a query or two is not worth the trouble.
struct RelayPace: Equatable {
    /// Short reads in a row, each of which left nothing behind.
    private var short: UInt8 = 0
    static let wanted: UInt8 = 8

    /// After a read of `count` bytes.
    mutating func isSteady(after count: Int) -> Bool {
        guard count < RelayRing.bufferBytes else {
            short = 0
            return false
        }
        if short < Self.wanted { short += 1 }
        return short == Self.wanted
    }

    /// It did not stay so.
    mutating func restart() { short = 0 }
}
