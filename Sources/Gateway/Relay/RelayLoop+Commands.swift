import CMartlet
import Logging
import Routing

/// What the supervisor asks for.
extension RelayLoop {
    func obey(_ command: RelayCommand) {
        switch command {
        case .routes(let table): adopt(table)
        case .lobbies(let lobbies): adopt(lobbies)
        case .listen(let id, let descriptor): listen(id, descriptor)
        case .unlisten(let descriptor): unlisten(descriptor)
        case .report(let answer): answer(RelayReport(counts: counts(), relay: ring == nil ? .epoll : .ring))
        case .stop: stop()
        }
    }

    private func adopt(_ table: [PreparedRoute]) {
        let wanted = Set(table.map(\.route.id))
        for route in routes.compactMap({ $0 }) where !wanted.contains(route.route.id) { remove(route) }
        for new in table {
            if let known = routes.lazy.compactMap({ $0 }).first(where: { $0.route.id == new.route.id }) {
                change(known, to: new)
            } else {
                insert(new)
            }
        }
    }

    private func insert(_ new: PreparedRoute) {
        let place = routes.firstIndex { $0 == nil } ?? routes.count
        if place == routes.count { routes.append(nil) }
        routes[place] = RelayRoute(new, index: place, waitingLimit: options.limits.waitingPerRoute)
    }

    /// Relayed connections are not touched, but for those that no rule admits any more.
    private func change(_ known: RelayRoute, to new: PreparedRoute) {
        let moved = known.route.socketPath != new.route.socketPath
        let reruled = known.route.access != new.route.access
        known.route = new.route
        known.door = new.door
        known.hold.set(gate: new.route.gate)
        if moved { known.hold.answered() }
        if reruled { revoke(known) }
        release(known.index)
    }

    private func remove(_ route: RelayRoute) {
        for (descriptor, index) in listeners where index == route.index { unlisten(descriptor) }
        for slot in 0..<arena.highWater where Int(slots[slot].route) == route.index && slots[slot].ledger != .free {
            let isSilent = slots[slot].ledger == .silent
            perform(isSilent ? slots[slot].machine.evicted() : slots[slot].machine.removed(), slot)
            // Those that linger have nothing to do with the route any more, whose place may be given to another.
            slots[slot].route = -1
        }
        probes.cancel(route.index)
        routes[route.index] = nil
    }

    private func listen(_ id: String, _ descriptor: Int32) {
        let route = routes.lazy.compactMap({ $0 }).first { $0.route.id == id }
        guard let place = route?.index ?? lobbyPlace(id) else { return martlet_close(descriptor) }
        listeners[descriptor] = place
        let token = EventToken(.listener, index: Int(descriptor))
        let answer = martlet_epoll_add(epoll, descriptor, acceptAgainAt == nil ? MARTLET_IN : 0, token.raw)
        if answer < 0 { logger.error("epoll_ctl: \(SystemError.text(-answer))", metadata: ["endpoint": "\(id)"]) }
    }

    /// Those who were in the kernel's queue already are taken first: they came in time.
    ///
    /// A listener that went with its route is closed already, and its number may belong to a client by now.
    func unlisten(_ descriptor: Int32) {
        guard listeners[descriptor] != nil else { return }
        acceptConnections(descriptor)
        listeners[descriptor] = nil
        martlet_close(descriptor)
    }

    private func counts() -> [String: RelayCounts] {
        var counts: [String: RelayCounts] = [:]
        for route in routes.compactMap({ $0 }) {
            counts[route.route.id] = RelayCounts(
                connections: route.relaying, waiting: route.admitted - route.relaying)
        }
        return counts
    }

    func closeEverything() {
        for (descriptor, _) in listeners { martlet_close(descriptor) }
        listeners.removeAll()
        for slot in 0..<arena.highWater where slots[slot].ledger != .free { close(slot) }
        obeyLastReports()
    }

    /// Nobody may be left waiting for an answer.
    private func obeyLastReports() {
        for case .report(let answer) in mailbox.take() { answer(RelayReport()) }
    }
}
