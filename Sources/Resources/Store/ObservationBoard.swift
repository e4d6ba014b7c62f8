internal import Synchronization

/// What convergence last saw of every instance, for all to read. In memory: proof does not outlive the process that saw it.
public final class ObservationBoard: Sendable {
    private struct State {
        var seen: [String: DBInstanceObservation] = [:]
        var revision: UInt64 = 0
        /// Percent, by `DBSnapshot.snapshotID`.
        var progress: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let signal = ChangeSignal()

    public init() {}

    public subscript(id: String) -> DBInstanceObservation? { state.withLock { $0.seen[id] } }

    /// Grows with every change.
    public var revision: UInt64 { state.withLock { $0.revision } }

    public func publish(_ observation: DBInstanceObservation, of id: String) {
        let changed = state.withLock { state in
            guard state.seen[id] != observation else { return false }
            state.seen[id] = observation
            state.revision += 1
            return true
        }
        if changed { signal.fire() }
    }

    public func forget(_ id: String) {
        state.withLock { state in
            state.seen[id] = nil
            state.revision += 1
        }
        signal.fire()
    }

    /// How far a snapshot in the making is, in percent; nil when nobody works on it.
    public func progress(of snapshot: String) -> Int? { state.withLock { $0.progress[snapshot] } }

    public func publish(progress percent: Int?, of snapshot: String) {
        let changed = state.withLock { state in
            guard state.progress[snapshot] != percent else { return false }
            state.progress[snapshot] = percent
            return true
        }
        if changed { signal.fire() }
    }

    /// Wakes those who wait in `until`, for changes that are not on the board itself (a commit).
    public func touch() { signal.fire() }

    /// Returns true as soon as `condition` holds, looking again after every change; false after `timeout`.
    public func until(timeout: Duration, _ condition: @escaping @Sendable () -> Bool) async -> Bool {
        await signal.until(timeout: timeout, condition)
    }
}
