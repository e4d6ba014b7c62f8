/// Whether a loop has so much to do at a time that the ring pays: it saves system calls where several messages are found in one
/// turn, and costs some where each turn finds just one. So a single client is served by epoll, and a crowd by the ring.
struct RelayLoad: Equatable {
    /// When to change over, in messages for each turn, on average.
    struct Limits: Sendable, Equatable {
        var enter = 1.5
        /// Lower, so that a load in between does not change over again and again.
        var leave = 1.15
        /// Between two changes, in nanoseconds.
        var pause: UInt64 = 1_000_000_000

        /// However little there is to do.
        static let always = Limits(enter: 0, leave: 0)
    }

    private let limits: Limits
    /// Of some 64 turns.
    private(set) var average: Double
    private var changedAt: UInt64?
    private(set) var favoursRing: Bool

    init(_ limits: Limits = Limits()) {
        self.limits = limits
        average = limits.enter > 0 ? 1 : 0
        favoursRing = limits.enter <= 0
    }

    /// A turn that found this many messages. True when it is time to change over.
    @inline(__always)
    mutating func turned(messages: Int, now: UInt64) -> Bool {
        guard messages > 0 else { return false }
        average += (Double(messages) - average) / 64
        let changes = favoursRing ? average < limits.leave : average >= limits.enter
        return changes && change(now)
    }

    private mutating func change(_ now: UInt64) -> Bool {
        if let changedAt, now < changedAt + limits.pause { return false }
        changedAt = now
        favoursRing.toggle()
        return true
    }
}
