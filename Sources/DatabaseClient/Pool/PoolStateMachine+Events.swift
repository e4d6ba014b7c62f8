extension PoolStateMachine {
    mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        switch event {
        case .start, .tick: return tick(now)
        case .acquire(let waiter, let place): return acquire(waiter, place, now)
        case .giveUp(let waiter): return waiters.removeValue(forKey: waiter) == nil ? [] : [.cancel(waiter)]
        case .release(let id, let isUsable): return release(id, isUsable, now)
        case .connected(let id): return connected(id, now)
        case .connectFailed(let id, let failure): return connectFailed(id, failure, now)
        case .checked(let id, let isHealthy): return checked(id, isHealthy, now)
        case .closed(let id):
            forget(id)
            return serve(now)
        case .distrust: return distrust(now)
        case .drain: return drain(now)
        case .drainTimedOut: return closeAll()
        }
    }

    /// The quick way: an idle connection that needs no check, when nobody waits. Nil sends the caller to `acquire`.
    ///
    /// - Returns: the connection, and whether it was used until a moment ago: then its server was there.
    mutating func leaseIdle(_ place: CallPlace, at now: Instant) -> (id: ConnectionID, isWarm: Bool)? {
        guard !isDraining, waiters.isEmpty, let id = idle.last, let index = connections.index(forKey: id),
            case .idle(let since, let checkedAt) = connections.values[index].state,
            isFresh(checkedAt, connections.values[index].openedAt, now)
        else { return nil }
        idle.removeLast()
        connections.values[index].state = .leased(place, since: now)
        return (id, now < since + Self.warmth)
    }

    /// The quick way back: nobody waits, and the connection stays. False sends the caller to `release`.
    mutating func takeBack(_ id: ConnectionID, at now: Instant) -> Bool {
        guard !isDraining, waiters.isEmpty, let connection = connections[id], case .leased = connection.state,
            !isTooOld(connection.openedAt, now)
        else { return false }
        becomeIdle(id, since: now, now)
        return true
    }

    private mutating func acquire(_ waiter: WaiterID, _ place: CallPlace, _ now: Instant) -> [Action] {
        guard !isDraining else { return [.fail(waiter, .closed)] }
        guard waiters.count < configuration.waitingLimit || hasFreshIdle(now) else {
            return [.fail(waiter, .tooManyWaiting(waiters.count))]
        }
        waiters[waiter] = Waiter(place: place, since: now)
        queue.append(waiter)
        wake(by: now + configuration.acquireTimeout)
        return serve(now)
    }

    private mutating func release(_ id: ConnectionID, _ isUsable: Bool, _ now: Instant) -> [Action] {
        guard case .leased = connections[id]?.state else { return [] }
        if !isUsable || isDraining || isTooOld(id, now) { return close(id) + serve(now) }
        becomeIdle(id, since: now, now)
        return serve(now)
    }

    private mutating func connected(_ id: ConnectionID, _ now: Instant) -> [Action] {
        guard connections[id]?.state == .connecting else { return [] }
        failures = 0
        lastFailure = nil
        retryAt = nil
        wasEverConnected = true
        connections[id]?.openedAt = now
        if isDraining { return close(id) }
        connectingCount -= 1
        becomeIdle(id, since: now, now)
        return serve(now)
    }

    private mutating func connectFailed(_ id: ConnectionID, _ failure: ConnectFailure, _ now: Instant) -> [Action] {
        guard let state = connections[id]?.state, state == .connecting || state == .closing else { return [] }
        if state == .connecting { connectingCount -= 1 }
        forget(id)
        failures += 1
        lastFailure = failure
        retryAt = now + min(Self.retryPauseMax, .milliseconds(50) * (1 << min(failures - 1, 6)))
        if let retryAt { wake(by: retryAt) }
        let isHopeless = !(failure.isTransient && wasEverConnected && configuration.waitsForServer)
        var actions: [Action] = []
        // Whoever holds a connection will give it back: then waiting goes on, whatever became of this one.
        let nobodyHoldsOne = connections.values.allSatisfy { $0.state == .closing || $0.state == .connecting }
        if isHopeless, nobodyHoldsOne || !configuration.waitsForServer {
            actions = failAll(.connectFailed(failure))
        }
        return actions + serve(now)
    }

    private mutating func checked(_ id: ConnectionID, _ isHealthy: Bool, _ now: Instant) -> [Action] {
        guard case .checking(let since) = connections[id]?.state else { return [] }
        if !isHealthy || isDraining || isTooOld(id, now) { return close(id) + serve(now) }
        checkingCount -= 1
        becomeIdle(id, since: since, now)
        return serve(now)
    }

    private mutating func distrust(_ now: Instant) -> [Action] {
        distrustedUntil = now
        var actions: [Action] = []
        for id in idle { actions += close(id) }
        return actions + serve(now)
    }

    private mutating func drain(_ now: Instant) -> [Action] {
        guard !isDraining else { return [] }
        isDraining = true
        var actions = failAll(.closed)
        for id in idle { actions += close(id) }
        return actions + finish()
    }

    mutating func failAll(_ error: DatabaseError) -> [Action] {
        defer {
            waiters = [:]
            queue = []
            queueHead = 0
        }
        return queue[queueHead...].filter { waiters[$0] != nil }.map { .fail($0, error) }
    }

    mutating func finish() -> [Action] {
        guard isDraining, !isFinished, connections.isEmpty else { return [] }
        isFinished = true
        return [.finished]
    }
}
