internal import CMartlet
internal import Foundation
internal import Synchronization

/// One thread that waits for all sockets, so that no thread waits for one.
///
/// A socket is watched for one event at a time (`EPOLLONESHOT`); libpq and libmariadb read and write themselves.
final class Poller: Sendable {
    /// Nil where there is no epoll.
    static let shared = Poller()

    private struct Watched {
        var waiters: [UInt64: Weak] = [:]
        var nextToken: UInt64 = 1
        /// No deadline is earlier.
        var nextDeadline: ContinuousClock.Instant?
    }
    private struct Weak { weak var readiness: Readiness? }

    private static let oneShot: UInt32 = 0x4000_0000
    private let epoll: Int32
    private let alarm: Int32
    private let watched = Mutex(Watched())

    private init() {
        epoll = martlet_epoll_create()
        alarm = martlet_wake_create()
        guard epoll >= 0, alarm >= 0, martlet_epoll_add(epoll, alarm, UInt32(MARTLET_IN), 0) == 0 else { return }
        let thread = Thread { [self] in work() }
        thread.name = "database-poller"
        thread.start()
    }

    /// False where the system has no epoll, or no descriptor is left.
    var works: Bool { epoll >= 0 && alarm >= 0 }

    func newToken() -> UInt64 {
        watched.withLock { watched in
            watched.nextToken += 1
            return watched.nextToken
        }
    }

    func add(_ readiness: Readiness) { watched.withLock { $0.waiters[readiness.token] = Weak(readiness: readiness) } }
    func remove(_ token: UInt64) { watched.withLock { $0.waiters[token] = nil } }

    /// From now on the next event at `descriptor` is reported to the waiter of that token. False when it cannot be watched.
    func arm(_ descriptor: Int32, _ events: UInt32, _ token: UInt64) -> Bool {
        let wanted = events | Self.oneShot
        if martlet_epoll_change(epoll, descriptor, wanted, token) == 0 { return true }
        return martlet_epoll_add(epoll, descriptor, wanted, token) == 0
    }

    func note(_ deadline: ContinuousClock.Instant) {
        let isEarlier = watched.withLock { watched in
            if let next = watched.nextDeadline, next <= deadline { return false }
            watched.nextDeadline = deadline
            return true
        }
        if isEarlier { martlet_wake(alarm) }
    }

    private func work() {
        var events = [martlet_event](repeating: martlet_event(), count: 64)
        while true {
            let count = martlet_epoll_wait(epoll, &events, 64, timeoutMs())
            for event in events.prefix(Int(max(0, count))) {
                let token = event.data.u64
                if token == 0 { martlet_wake_clear(alarm) }
                watched.withLock { $0.waiters[token]?.readiness }?.fire(.ready)
            }
            expire()
        }
    }

    private func timeoutMs() -> Int32 {
        guard let deadline = watched.withLock({ $0.nextDeadline }) else { return -1 }
        let left = deadline - ContinuousClock.now
        guard left > .zero else { return 0 }
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func expire() {
        guard let next = watched.withLock({ $0.nextDeadline }) else { return }
        let now = ContinuousClock.now
        guard now >= next else { return }
        let all = watched.withLock { watched in
            watched.nextDeadline = nil
            return watched.waiters.values.compactMap(\.readiness)
        }
        for readiness in all {
            if let later = readiness.expire(now) { note(later) }
        }
    }
}

/// The waiting of one connection for its socket.
final class Readiness: Sendable {
    enum Outcome: Sendable { case ready, timedOut, woken, unwatchable }

    private struct State {
        var continuation: UnsafeContinuation<Outcome, Never>?
        var deadline: ContinuousClock.Instant?
        var isWoken = false
    }
    private let state = Mutex(State())
    let token: UInt64

    init() {
        token = Poller.shared.newToken()
        Poller.shared.add(self)
    }

    deinit { Poller.shared.remove(token) }

    /// Waits for the socket to be readable or writable, for `wake`, or for the deadline. May also end for no reason.
    func wait(
        _ descriptor: Int32, reading: Bool, writing: Bool, until deadline: ContinuousClock.Instant?
    ) async -> Outcome {
        guard Poller.shared.works, descriptor >= 0 else { return .unwatchable }
        let events = (reading ? UInt32(MARTLET_IN) | UInt32(MARTLET_RDHUP) : 0) | (writing ? UInt32(MARTLET_OUT) : 0)
        return await withUnsafeContinuation { continuation in
            let isWoken = state.withLock { state in
                if state.isWoken {
                    state.isWoken = false
                    return true
                }
                state.continuation = continuation
                state.deadline = deadline
                return false
            }
            if isWoken { return continuation.resume(returning: .woken) }
            if let deadline { Poller.shared.note(deadline) }
            if !Poller.shared.arm(descriptor, events, token) { fire(.unwatchable) }
        }
    }

    func fire(_ outcome: Outcome) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }

    /// Ends the wait whose deadline has come. Both in one step, lest it ends the next wait, which has another.
    ///
    /// - Returns: the deadline of a wait that goes on.
    func expire(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (continuation, later) = state.withLock { state -> (UnsafeContinuation<Outcome, Never>?, ContinuousClock.Instant?) in
            guard state.continuation != nil, let deadline = state.deadline else { return (nil, nil) }
            guard deadline <= now else { return (nil, deadline) }
            defer { state.continuation = nil }
            return (state.continuation, nil)
        }
        continuation?.resume(returning: .timedOut)
        return later
    }

    /// Ends the wait, or the next one.
    func wake() {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            if state.continuation == nil { state.isWoken = true }
            return state.continuation
        }
        continuation?.resume(returning: .woken)
    }

    /// Forgets a `wake` that came too late for anybody.
    func clearWake() { state.withLock { $0.isWoken = false } }
}
