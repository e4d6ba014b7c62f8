internal import Synchronization

/// Carries out what `PoolStateMachine` decides.
final class ConnectionPool: Sendable {
    typealias ConnectionID = PoolStateMachine.ConnectionID
    typealias WaiterID = PoolStateMachine.WaiterID

    /// A connection that somebody has.
    struct Lease: Sendable {
        var id: ConnectionID
        var connection: any DriverConnection
    }

    struct State {
        var machine: PoolStateMachine
        var continuations: [WaiterID: CheckedContinuation<Lease, any Error>] = [:]
        var connections: [ConnectionID: any DriverConnection] = [:]
        var nextWaiter = 0
        var timer: Task<Void, Never>?
        var timerAt: ContinuousClock.Instant?
        var finishing: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let configuration: PoolConfiguration
    private let open: @Sendable () async throws -> any DriverConnection
    private let metrics: PoolMetrics

    /// - Parameter open: makes a connection; throws `DatabaseError.connectFailed`.
    init(
        _ configuration: PoolConfiguration, metrics: PoolMetrics,
        open: @escaping @Sendable () async throws -> any DriverConnection
    ) {
        self.configuration = configuration
        self.open = open
        self.metrics = metrics
        state = Mutex(State(machine: PoolStateMachine(configuration)))
    }

    func start() { send(.start) }

    /// A connection that is not known to be dead.
    ///
    /// - Throws: `DatabaseError`, or `CancellationError` when the task was cancelled while it waited.
    func acquire(_ place: CallPlace) async throws -> Lease {
        // Each round takes one dead connection out, so there cannot be more rounds than connections.
        while true {
            let (lease, isWarm) = try await take(place)
            if isWarm || !lease.connection.hasHungUp { return lease }
            release(lease, isUsable: false)
        }
    }

    func release(_ lease: Lease, isUsable: Bool) {
        let now = ContinuousClock.now
        let isBack =
            isUsable
            && state.withLock { state in
                guard state.machine.takeBack(lease.id, at: now) else { return false }
                arrangeTimer(&state)
                return true
            }
        if !isBack { send(.release(lease.id, isUsable: isUsable)) }
    }

    /// No connection that is open now is lent again.
    func distrust() { send(.distrust) }

    private func take(_ place: CallPlace) async throws -> (Lease, isWarm: Bool) {
        let now = ContinuousClock.now
        let quick: (Lease, isWarm: Bool)? = state.withLock { state in
            guard let (id, isWarm) = state.machine.leaseIdle(place, at: now) else { return nil }
            return state.connections[id].map { (Lease(id: id, connection: $0), isWarm) }
        }
        if let quick { return quick }
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return WaiterID(number: state.nextWaiter)
        }
        metrics.counted(counts)
        defer { metrics.waited(ContinuousClock.now - now) }
        let lease: Lease = try await cancellableWait(
            giveUp: { send(.giveUp(waiter)) },
            ask: { continuation in send(.acquire(waiter, place)) { $0.continuations[waiter] = continuation } })
        return (lease, isWarm: false)
    }

    /// No new work is taken; resumes when the last connection is closed, or after the drain time-out.
    func shutdown() async {
        send(.drain)
        let alarm = Task {
            do {
                try await Task.sleep(for: configuration.drainTimeout)
                send(.drainTimedOut)
            } catch {}
        }
        defer { alarm.cancel() }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.machine.isFinished { state.finishing.append(continuation) }
                return state.machine.isFinished
            }
            if isOver { continuation.resume() }
        }
    }

    /// How many connections there are, are in use, and are waited for.
    var counts: (open: Int, leased: Int, waiting: Int) {
        state.withLock { ($0.machine.connections.count, $0.machine.leasedCount, $0.machine.waiters.count) }
    }

    // MARK: - Events in, actions out

    private func send(_ event: PoolStateMachine.Event, before prepare: (inout State) -> Void = { _ in }) {
        let now = ContinuousClock.now
        let effects: [@Sendable () -> Void] = state.withLock { state in
            prepare(&state)
            let actions = state.machine.handle(event, at: now)
            arrangeTimer(&state)
            return actions.map { effect(of: $0, &state) }
        }
        for effect in effects { effect() }
    }

    /// What has to be done for an action once the lock is free.
    private func effect(of action: PoolStateMachine.Action, _ state: inout State) -> @Sendable () -> Void {
        switch action {
        case .open(let id): return { Task { await self.connect(id) } }
        case .check(let id):
            guard let connection = state.connections[id] else { return {} }
            return { Task { self.send(.checked(id, isHealthy: await connection.isAlive())) } }
        case .close(let id):
            guard let connection = state.connections.removeValue(forKey: id) else { return {} }
            return {
                // The last reference goes with this, and the session with it.
                withExtendedLifetime(connection) {}
                self.send(.closed(id))
            }
        case .abort(let id):
            let connection = state.connections.removeValue(forKey: id)
            return {
                connection?.abort()
                self.send(.closed(id))
            }
        case .lease(let waiter, let id):
            guard let continuation = state.continuations.removeValue(forKey: waiter), let connection = state.connections[id]
            else { return { self.send(.release(id, isUsable: false)) } }
            return { continuation.resume(returning: Lease(id: id, connection: connection)) }
        case .fail(let waiter, let error):
            let continuation = state.continuations.removeValue(forKey: waiter)
            return { continuation?.resume(throwing: error) }
        case .cancel(let waiter):
            let continuation = state.continuations.removeValue(forKey: waiter)
            return { continuation?.resume(throwing: CancellationError()) }
        case .finished:
            let waiting = state.finishing
            state.finishing = []
            state.timer?.cancel()
            return { for continuation in waiting { continuation.resume() } }
        }
    }

    private func connect(_ id: ConnectionID) async {
        do {
            let connection = try await open()
            send(.connected(id)) { $0.connections[id] = connection }
            closeIfUnwanted(id)
        } catch {
            let failure: ConnectFailure =
                if case DatabaseError.connectFailed(let failure) = error { failure } else {
                    ConnectFailure(place: "the database", reason: "\(error)")
                }
            metrics.connectFailed()
            send(.connectFailed(id, failure))
        }
    }

    /// What was asked to close while it was still connecting.
    private func closeIfUnwanted(_ id: ConnectionID) {
        let isUnwanted = state.withLock { state in
            guard state.machine.connections[id]?.state == .closing else { return false }
            return state.connections.removeValue(forKey: id) != nil
        }
        if isUnwanted { send(.closed(id)) }
    }

    private func arrangeTimer(_ state: inout State) {
        guard let due = state.machine.wakeAt, !state.machine.isFinished else { return }
        if let planned = state.timerAt, planned <= due { return }
        state.timer?.cancel()
        state.timerAt = due
        state.timer = Task { [weak self] in
            do { try await ContinuousClock().sleep(until: due) } catch { return }
            self?.tick(due)
        }
    }

    private func tick(_ due: ContinuousClock.Instant) {
        send(.tick) { if $0.timerAt == due { $0.timerAt = nil } }
        metrics.counted(counts)
    }
}
