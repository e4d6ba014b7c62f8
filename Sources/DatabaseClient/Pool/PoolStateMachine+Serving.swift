extension PoolStateMachine {
    /// Gives idle connections to those who wait, and opens or checks what is missing.
    mutating func serve(_ now: Instant) -> [Action] {
        if isDraining { return finish() }
        var actions: [Action] = []
        while let waiter = firstWaiter(), let id = takeFreshIdle(now) {
            actions.append(lease(waiter, id, now))
        }
        // What is idle but stale is asked first; it may serve those who still wait.
        for id in idle.prefix(max(0, waiters.count - checkingCount)) { actions += check(id) }
        return actions + openMissing(now)
    }

    /// What time alone brings about.
    mutating func tick(_ now: Instant) -> [Action] {
        wakeAt = nil
        var actions = expireWaiters(now) + closeSuperfluous(now)
        if !isDraining {
            for id in idle where !isFresh(id, now) { actions += check(id) }
        }
        actions += serve(now)
        noteDeadlines(now)
        return actions
    }

    private mutating func lease(_ waiter: WaiterID, _ id: ConnectionID, _ now: Instant) -> Action {
        popWaiter()
        if let place = waiters.removeValue(forKey: waiter)?.place { connections[id]?.state = .leased(place, since: now) }
        return .lease(waiter, id)
    }

    private mutating func takeFreshIdle(_ now: Instant) -> ConnectionID? {
        guard let index = idle.lastIndex(where: { isFresh($0, now) }) else { return nil }
        return idle.remove(at: index)
    }

    private mutating func openMissing(_ now: Instant) -> [Action] {
        if let retryAt, now < retryAt { return [] }
        var wanted = max(waiters.count - connectingCount - checkingCount, configuration.minimum - connections.count)
        // A server in trouble is tried by one, not by all.
        if failures > 0 { wanted = min(wanted, 1 - connectingCount) }
        wanted = min(wanted, limit - connections.count)
        guard wanted > 0 else { return [] }
        return (0..<wanted).map { _ in
            let id = newID()
            connections[id] = Connection(state: .connecting, openedAt: now)
            connectingCount += 1
            return .open(id)
        }
    }

    private mutating func check(_ id: ConnectionID) -> [Action] {
        guard case .idle(let since, _) = connections[id]?.state else { return [] }
        idle.removeAll { $0 == id }
        connections[id]?.state = .checking(idleSince: since)
        checkingCount += 1
        return [.check(id)]
    }

    mutating func close(_ id: ConnectionID) -> [Action] {
        switch connections[id]?.state {
        case nil, .closing: return []
        case .connecting: connectingCount -= 1
        case .checking: checkingCount -= 1
        case .idle: idle.removeAll { $0 == id }
        case .leased: break
        }
        startClosing(id)
        return [.close(id)]
    }

    /// Closes what is left, in use or not.
    mutating func closeAll() -> [Action] {
        connections.sorted { $0.key.number < $1.key.number }.flatMap { id, connection -> [Action] in
            if case .leased = connection.state {
                startClosing(id)
                return [.abort(id)]
            }
            return close(id)
        }
    }

    private mutating func startClosing(_ id: ConnectionID) {
        connections[id]?.state = .closing
        closingCount += 1
    }

    /// It is closed, or never came to be.
    mutating func forget(_ id: ConnectionID) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        if connection.state == .closing { closingCount -= 1 }
    }

    mutating func becomeIdle(_ id: ConnectionID, since: Instant, _ now: Instant) {
        connections[id]?.state = .idle(since: since, checkedAt: now)
        idle.append(id)
        if let deadline = idleDeadline(id) { wake(by: deadline) }
    }

    private mutating func expireWaiters(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        while let id = firstWaiter(), let waiter = waiters[id], now >= waiter.since + configuration.acquireTimeout {
            waiters[id] = nil
            popWaiter()
            actions.append(.fail(id, whyNone(waiter, now)))
        }
        return actions
    }

    private func whyNone(_ waiter: Waiter, _ now: Instant) -> DatabaseError {
        let holders = connections.values.compactMap { connection -> PoolExhaustion.Holder? in
            guard case .leased(let place, let since) = connection.state else { return nil }
            return PoolExhaustion.Holder(label: place.description, held: now - since)
        }.sorted { $0.held > $1.held }
        if let lastFailure, holders.count < limit { return .connectFailed(lastFailure) }
        return .poolExhausted(
            PoolExhaustion(waited: now - waiter.since, holders: holders, limit: limit, waiting: waiters.count))
    }

    private mutating func closeSuperfluous(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        for id in idle {
            if isTooOld(id, now) {
                actions += close(id)
            } else if case .idle(let since, _) = connections[id]?.state, let allowed = idleAllowance, now >= since + allowed {
                actions += close(id)
            }
        }
        return actions
    }

    /// How long an idle connection may stay while there are so many; nil when each is needed for `minimum`.
    private var idleAllowance: Duration? {
        let live = connections.count - closingCount
        if live > configuration.maximum { return min(Self.overflowIdle, configuration.idleTimeout) }
        return live > configuration.minimum ? configuration.idleTimeout : nil
    }

    private mutating func noteDeadlines(_ now: Instant) {
        if let first = firstWaiter(), let waiter = waiters[first] { wake(by: waiter.since + configuration.acquireTimeout) }
        if let retryAt, retryAt > now { wake(by: retryAt) }
        for id in idle { if let deadline = idleDeadline(id) { wake(by: deadline) } }
    }

    private func idleDeadline(_ id: ConnectionID) -> Instant? {
        guard let connection = connections[id], case .idle(let since, let checkedAt) = connection.state else { return nil }
        return idleDeadline(since: since, checkedAt: checkedAt, connection.openedAt)
    }

    func idleDeadline(since: Instant, checkedAt: Instant, _ openedAt: Instant) -> Instant {
        let next = min(checkedAt + configuration.healthCheckAfter, openedAt + configuration.lifetime)
        return idleAllowance.map { min(next, since + $0) } ?? next
    }
}

// What is true of the queue and of a connection.
extension PoolStateMachine {
    func isTooOld(_ id: ConnectionID, _ now: Instant) -> Bool {
        connections[id].map { isTooOld($0.openedAt, now) } ?? true
    }

    func isTooOld(_ openedAt: Instant, _ now: Instant) -> Bool {
        now >= openedAt + configuration.lifetime || distrustedUntil.map { openedAt <= $0 } ?? false
    }

    func isFresh(_ id: ConnectionID, _ now: Instant) -> Bool {
        guard let connection = connections[id], case .idle(_, let checkedAt) = connection.state else { return false }
        return isFresh(checkedAt, connection.openedAt, now)
    }

    func isFresh(_ checkedAt: Instant, _ openedAt: Instant, _ now: Instant) -> Bool {
        now < checkedAt + configuration.healthCheckAfter && !isTooOld(openedAt, now)
    }

    func hasFreshIdle(_ now: Instant) -> Bool { idle.contains { isFresh($0, now) } }

    mutating func firstWaiter() -> WaiterID? {
        while queueHead < queue.count, waiters[queue[queueHead]] == nil { popWaiter() }
        return queueHead < queue.count ? queue[queueHead] : nil
    }

    mutating func popWaiter() {
        queueHead += 1
        if queueHead > 64, queueHead * 2 > queue.count {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
    }
}
