internal import CMartlet
internal import Synchronization

/// The waiting of one connection for its socket.
final class Readiness: Sendable {
    enum Outcome: Sendable { case ready, timedOut, woken, unwatchable }

    /// Whose descriptor it is that is waited for.
    enum Socket: Sendable {
        /// A library's, which may close it and open another under the same number.
        case borrowed
        /// Ours, and always the same.
        case own
    }

    private struct State {
        var continuation: UnsafeContinuation<Outcome, Never>?
        var deadline: ContinuousClock.Instant?
        var isWoken = false
        /// Where the socket is watched.
        var loop: SocketLoop?
        /// A task of the executor's has waited for it: it stays there.
        var isSettled = false
        var descriptor: Int32 = -1
        /// What the loop reports again and again, until it is told otherwise; 0: nothing.
        var standing: UInt32 = 0
    }
    private let state = Mutex(State())
    private let socket: Socket
    let token = SocketLoop.newToken()

    init(_ socket: Socket) { self.socket = socket }

    deinit { state.withLock { $0.loop }?.remove(token) }

    /// Waits for the socket to be readable or writable, for `wake`, or for the deadline. May also end for no reason.
    func wait(
        _ descriptor: Int32, reading: Bool, writing: Bool, until deadline: ContinuousClock.Instant?
    ) async -> Outcome {
        let events = (reading ? UInt32(MARTLET_IN) | UInt32(MARTLET_RDHUP) : 0) | (writing ? UInt32(MARTLET_OUT) : 0)
        return await withUnsafeContinuation { continuation in
            let outcome: Outcome? = state.withLock { state in
                if state.isWoken {
                    state.isWoken = false
                    return .woken
                }
                guard watch(descriptor, events, &state) else { return .unwatchable }
                state.continuation = continuation
                state.deadline = deadline
                return nil
            }
            if let outcome { return continuation.resume(returning: outcome) }
            if let deadline { state.withLock { $0.loop }?.note(deadline) }
        }
    }

    /// A task that runs on the loop's own thread takes what came before the loop looks again: telling the kernel once is enough.
    /// One that runs elsewhere would find the loop reporting the same in the meantime.
    private func watch(_ descriptor: Int32, _ events: UInt32, _ state: inout State) -> Bool {
        let current = SocketLoop.current
        guard descriptor >= 0, let loop = place(descriptor, current, &state) else { return false }
        let stands = socket == .own && current === loop
        if stands, state.standing == events { return true }
        guard loop.arm(descriptor, stands ? events : events | SocketLoop.oneShot, token) else { return false }
        state.descriptor = descriptor
        state.standing = stands ? events : 0
        return true
    }

    /// Where the socket is watched: where it was, or on one of the executor's loops when a task of theirs first waits for it.
    private func place(_ descriptor: Int32, _ current: SocketLoop?, _ state: inout State) -> SocketLoop? {
        let stays = state.isSettled || current == nil || socket == .borrowed
        if stays, let loop = state.loop { return loop }
        let loop = DatabaseExecutor.shared.loopForSocket(of: current)
        guard loop.works else { return state.loop }
        if let former = state.loop, former !== loop {
            former.disarm(descriptor)
            former.remove(token)
        }
        state.isSettled = current != nil
        state.loop = loop
        loop.add(self)
        return loop
    }

    /// The loop saw something at the socket.
    func becameReady() {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            // Nobody waits, so nobody takes what is there: the loop would report it for ever.
            if state.continuation == nil, state.standing != 0 {
                state.loop?.disarm(state.descriptor)
                state.standing = 0
            }
            return state.continuation
        }
        continuation?.resume(returning: .ready)
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
