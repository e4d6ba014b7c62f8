import Synchronization

/// One process under watch, from the moment it is taken up to its end.
final class ProcessWatch: Sendable {
    let pid: Int32
    let pidDescriptor: Descriptor
    /// True when it is our own child, whose remains we collect.
    let isChild: Bool

    private struct State {
        var hasEnded = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private let state = Mutex(State())

    init(pid: Int32, pidDescriptor: Descriptor, isChild: Bool) {
        self.pid = pid
        self.pidDescriptor = pidDescriptor
        self.isChild = isChild
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Returns when the process has ended, or when the waiting task is cancelled.
    func wait() async {
        let key = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    if state.hasEnded || Task.isCancelled { return false }
                    state.waiters[key] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }

    /// Waits for the end, at most for `limit`.
    ///
    /// - Returns: true when it has ended.
    func ends(within limit: Duration) async -> Bool {
        if hasEnded { return true }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            // A cancelled sleep means that the wait is over, one way or the other.
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
            return hasEnded
        }
    }

    func markEnded() {
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }
}
