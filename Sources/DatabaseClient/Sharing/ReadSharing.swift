internal import Synchronization

/// Carries out what `SharingStateMachine` decides.
final class ReadSharing: Sendable {
    typealias AskerID = SharingStateMachine.AskerID
    typealias RunID = SharingStateMachine.RunID
    typealias Body = @Sendable () async throws -> Rows

    private enum Turn {
        case alone(RunID)
        case answered(Rows)
    }

    private struct Asker {
        var continuation: CheckedContinuation<Turn, any Error>
        var body: Body
    }

    private struct State {
        var machine: SharingStateMachine
        var askers: [AskerID: Asker] = [:]
        var batches: [RunID: Task<Void, Never>] = [:]
        var lastAsker = 0
    }

    private let state: Mutex<State>

    /// - Parameter patience: how long a read may take before it is not waited for any more.
    init(waitingLimit: Int, patience: Duration = .seconds(1)) {
        state = Mutex(State(machine: SharingStateMachine(waitingLimit: waitingLimit, patience: patience)))
    }

    /// How many wait for a read that another one makes.
    var waiting: Int { state.withLock { $0.machine.waitingCount } }
    var isIdle: Bool { state.withLock { $0.machine.isIdle } }

    /// - Parameter body: makes the read. All who ask for the same bring the same.
    /// - Throws: what `body` throws; `DatabaseError.tooManyWaiting`; `CancellationError` when the task is cancelled.
    // Not on the caller's actor: others wait for the end of this one's read, which must not wait for that actor to be free.
    @concurrent
    func rows(_ read: SharedRead, _ body: @escaping Body) async throws -> Rows {
        switch try await turn(read, body) {
        case .answered(let rows): return rows
        case .alone(let run):
            defer { end(run, nil) }
            return try await body()
        }
    }

    private func turn(_ read: SharedRead, _ body: @escaping Body) async throws -> Turn {
        let asker = state.withLock { state in
            state.lastAsker += 1
            return AskerID(number: state.lastAsker)
        }
        return try await cancellableWait(
            giveUp: { giveUp(asker) },
            ask: { continuation in
                switch ask(read, asker, Asker(continuation: continuation, body: body)) {
                case .alone(let run): continuation.resume(returning: .alone(run))
                case .refuse(let count): continuation.resume(throwing: DatabaseError.tooManyWaiting(count))
                case .wait, .start: break
                }
            })
    }

    private func ask(_ read: SharedRead, _ id: AskerID, _ asker: Asker) -> SharingStateMachine.Decision {
        state.withLock { state in
            let decision = state.machine.ask(read, id, at: .now)
            switch decision {
            case .wait: state.askers[id] = asker
            case .start(let batch):
                state.askers[id] = asker
                start(batch, &state)
            case .alone, .refuse: break
            }
            return decision
        }
    }

    private func giveUp(_ asker: AskerID) {
        let (continuation, batch) = state.withLock { state -> (CheckedContinuation<Turn, any Error>?, Task<Void, Never>?) in
            let continuation = state.askers.removeValue(forKey: asker)?.continuation
            guard case .cancel(let run) = state.machine.giveUp(asker) else { return (continuation, nil) }
            return (continuation, state.batches[run])
        }
        continuation?.resume(throwing: CancellationError())
        batch?.cancel()
    }

    private func start(_ batch: SharingStateMachine.Batch, _ state: inout State) {
        guard let body = batch.askers.first.flatMap({ state.askers[$0]?.body }) else { return }
        // Detached: it belongs to none of them, neither to one's trace nor to one's cancellation.
        state.batches[batch.run] = Task.detached(executorPreference: DatabaseExecutor.ofThisThread) { [self] in
            do { end(batch.run, .success(try await body())) } catch { end(batch.run, .failure(error)) }
        }
    }

    /// Answers those for whom that read was made, and begins the next, for whoever came in the meantime.
    ///
    /// - Parameter result: nil for a read that one made for himself.
    private func end(_ run: RunID, _ result: Result<Rows, any Error>?) {
        let answered = state.withLock { state in
            state.batches[run] = nil
            let (askers, next) = state.machine.finished(run, at: .now)
            if let next { start(next, &state) }
            return askers.compactMap { state.askers.removeValue(forKey: $0)?.continuation }
        }
        guard let result else { return }
        for continuation in answered { continuation.resume(with: result.map(Turn.answered)) }
    }
}
