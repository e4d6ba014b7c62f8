internal import Synchronization

/// Wakes everybody who waits for something to change.
final class ChangeSignal: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    func fire() {
        let woken = state.withLock { state in
            state.generation += 1
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in woken { continuation.resume() }
    }

    func until(timeout: Duration, _ condition: @escaping @Sendable () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        let alarm = Task { [self] in
            try await Task.sleep(until: deadline, clock: .continuous)
            fire()
        }
        defer { alarm.cancel() }
        while true {
            let generation = state.withLock { $0.generation }
            if condition() { return true }
            if ContinuousClock.now >= deadline || Task.isCancelled { return false }
            await next(after: generation)
        }
    }

    /// Returns at the first `fire` after `generation` was read.
    private func next(after generation: UInt64) async {
        await withCheckedContinuation { continuation in
            let missed = state.withLock { state in
                guard state.generation == generation else { return true }
                state.waiting[state.next] = continuation
                state.next += 1
                return false
            }
            if missed { continuation.resume() }
        }
    }
}
