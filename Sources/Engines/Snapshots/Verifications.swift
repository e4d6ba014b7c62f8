import Synchronization

/// Snapshots whose checksums are being compared, while new instances start from them.
final class Verifications: Sendable {
    typealias Work = @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Void

    private struct State {
        /// By the instance that is waiting.
        var running: [String: Task<Void, any Error>] = [:]
        /// Snapshots that were found to be damaged: those are read before anything is made of them again.
        var damaged: Set<String> = []
        var readings = RecentReadings()
    }
    private let state = Mutex(State())
    /// More at a time do not make a disk faster.
    private let turns = AsyncSemaphore(2)

    func wasDamaged(_ snapshot: String) -> Bool { state.withLock { $0.damaged.contains(snapshot) } }

    /// An image was read to its end, and is as it should be.
    ///
    /// - Parameter identity: as it was before that.
    func noteReading(_ snapshot: String, _ identity: RecentReadings.Identity?) {
        guard let identity else { return }
        state.withLock { $0.readings.note(snapshot, identity, at: .now) }
    }

    /// True when its image was read a short while ago, and is untouched since.
    func hasJustRead(_ snapshot: String, at path: String) -> Bool {
        guard let identity = RecentReadings.Identity(of: path) else { return false }
        return state.withLock { $0.readings.covers(snapshot, identity, at: .now) }
    }

    /// Begins to compare a snapshot on behalf of an instance, unless that is being done.
    func begin(_ instance: String, snapshot: String, _ work: @escaping Work) {
        state.withLock { state in
            guard state.running[instance] == nil else { return }
            state.running[instance] = Task { try await self.perform(snapshot, work) }
        }
    }

    /// Compares a snapshot now.
    func perform(_ snapshot: String, _ work: @escaping Work) async throws {
        let cancelled = CancelMark()
        do {
            try await withTaskCancellationHandler {
                try await turns.run { try await BlockingPool.shared.run { try work { cancelled.isSet } } }
            } onCancel: {
                cancelled.set()
            }
            state.withLock { _ = $0.damaged.remove(snapshot) }
        } catch EngineError.snapshotDamaged(let what) {
            state.withLock { state in
                state.damaged.insert(snapshot)
                state.readings.forget(snapshot)
            }
            throw EngineError.snapshotDamaged(what: what)
        }
    }

    /// Waits for what `begin` has begun, and throws what it has come to. False when there is none.
    @discardableResult
    func result(_ instance: String) async throws -> Bool {
        guard let task = state.withLock({ $0.running[instance] }) else { return false }
        defer { state.withLock { _ = $0.running.removeValue(forKey: instance) } }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        return true
    }

    /// Nobody waits for it any more.
    func forget(_ instance: String) { state.withLock { $0.running.removeValue(forKey: instance) }?.cancel() }
}
