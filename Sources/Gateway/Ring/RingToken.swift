/// What a completion is about, packed into the 64 bits that io_uring gives back.
enum RingToken: Equatable {
    /// Bytes from a peer, or the end of them. As raw bits the same as the peer's `EventToken`.
    case received(EventToken)
    /// The bytes in that buffer were sent.
    case sent(buffer: Int)
    /// Epoll has events.
    case events
    /// A request that was to be cancelled was over already.
    case nothing

    init(raw: UInt64) {
        switch raw >> 62 {
        case 0: self = .received(EventToken(raw: raw))
        case 1: self = .sent(buffer: Int(UInt32(truncatingIfNeeded: raw)))
        case 2: self = .events
        default: self = .nothing
        }
    }

    var raw: UInt64 {
        switch self {
        case .received(let token): token.raw
        case .sent(let buffer): 1 << 62 | UInt64(UInt32(buffer))
        case .events: 2 << 62
        case .nothing: 3 << 62
        }
    }
}
