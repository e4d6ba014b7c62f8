import CMartlet
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Taking connections.
extension RelayLoop {
    /// Takes what waits at a listening socket, a batch at a time: it is reported again while there is more.
    func acceptConnections(_ listener: Int32) {
        guard let place = listeners[listener] else { return }
        let route = place >= 0 ? routes[place] : nil
        guard route != nil || place < 0 else { return }
        for _ in 0..<options.limits.acceptBatch {
            guard makeRoom() else { return pauseAccepting("all \(arena.capacity) places for connections are taken") }
            let client = martlet_accept(listener)
            guard client >= 0 else {
                if client != -EAGAIN { pauseAccepting("accept: \(SystemError.text(-client))") }
                return
            }
            if let route { welcome(client, route) } else { welcome(client, lobby: place) }
        }
    }

    /// Slow clients may not keep others out: where there is no place left, the oldest unfinished start-up goes.
    private func makeRoom() -> Bool {
        let isCrowded = startups.count >= options.limits.pendingStartups || arena.inUse >= arena.capacity
        if isCrowded, let oldest = startups.first {
            note(.notice, "closed a client that had not finished its start-up, to make room", [:])
            perform(slots[oldest].machine.evicted(), oldest)
        }
        return arena.inUse < arena.capacity
    }

    private func welcome(_ client: Int32, _ route: RelayRoute) {
        let machine = RelayStateMachine(opening: route.opening)
        guard let slot = arena.take(machine: machine, route: Int32(route.index)) else { return martlet_close(client) }
        peers[2 * slot].descriptor = client
        slots[slot].source = source(of: client)
        guard watch(2 * slot) else { return close(slot) }
        if let access = route.door.access, !access.admits(slots[slot].source) { return bar(slot, route, access.refusal) }
        switch route.opening {
        case .clientSpeaks:
            peers[2 * slot].input = .startup
            enter(.startup, slot)
        case .serverSpeaks:
            guard mayAdmit(to: route) else { return perform(slots[slot].machine.refuseMySQL(.tooManyConnections), slot) }
            enqueue(slot)
        }
    }

    /// Has epoll watch a socket for what it waits for, and report what is ready already.
    @discardableResult
    func watch(_ peer: Int) -> Bool {
        let wanted = peers[peer].wantedBits
        let watched = peers[peer].watched
        guard wanted != watched else { return true }
        let token = EventToken(.peer, index: peer, generation: slots[peer >> 1].generation)
        let descriptor = peers[peer].descriptor
        let answer =
            wanted == 0
            ? martlet_epoll_remove(epoll, descriptor)
            : watched == 0
                ? martlet_epoll_add(epoll, descriptor, wanted, token.raw)
                : martlet_epoll_change(epoll, descriptor, wanted, token.raw)
        if answer < 0 { note(.error, "epoll_ctl: \(SystemError.text(-answer))", [:]) }
        peers[peer].watched = wanted
        return answer == 0
    }

    func mayAdmit(to route: RelayRoute) -> Bool {
        admitted < options.limits.connections && route.admitted < options.limits.connectionsPerRoute
    }

    /// Without this, a listening socket with a client that cannot be taken would be reported without end.
    private func pauseAccepting(_ reason: String) {
        if acceptAgainAt == nil { note(.error, "connections are not taken for now", ["reason": "\(reason)"]) }
        acceptAgainAt = now + 1_000_000_000
        for listener in listeners.keys { watchListener(listener, 0) }
    }

    /// When a place has become free, or after a second.
    func resumeAccepting() {
        acceptAgainAt = nil
        for listener in listeners.keys { watchListener(listener, MARTLET_IN) }
    }

    private func watchListener(_ listener: Int32, _ bits: UInt32) {
        let answer = martlet_epoll_change(epoll, listener, bits, EventToken(.listener, index: Int(listener)).raw)
        if answer < 0 { logger.error("epoll_ctl: \(SystemError.text(-answer))") }
    }
}
