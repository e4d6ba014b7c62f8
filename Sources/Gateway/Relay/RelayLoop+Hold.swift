import CMartlet
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// From the end of the start-up packets to the server's first answer.
extension RelayLoop {
    /// Gives a client its place; it goes on at once when nothing holds it.
    func enqueue(_ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        peers[2 * slot].input = .leave
        slots[slot].holdDeadline = now + route.holdNanoseconds
        switch route.hold.arrive(slot: slot, now: now) {
        case .connect(let ticket):
            admit(slot, route, ticket)
            perform(slots[slot].machine.admitted(), slot)
        case .wait(let ticket):
            admit(slot, route, ticket)
            enter(.queued, slot)
            armProbe(route)
            leaveIfEnded(slot)
        case .refuse:
            perform(slots[slot].machine.refuse(.tooManyWaiting, mysql: .tooManyWaiting), slot)
        }
    }

    private func admit(_ slot: Int, _ route: RelayRoute, _ ticket: HoldQueue.Ticket) {
        slots[slot].ticket = ticket
        route.admitted += 1
        admitted += 1
    }

    /// Lets waiters through, in order, as far as the queue allows.
    func release(_ index: Int) {
        guard let route = routes[index], !route.isReleasing else { return }
        route.isReleasing = true
        while let (slot, _) = route.hold.next(now: now) { perform(slots[slot].machine.admitted(), slot) }
        route.isReleasing = false
        armProbe(route)
    }

    func armProbe(_ route: RelayRoute) {
        if let at = route.hold.nextProbe { probes.set(route.index, at: at) } else { probes.cancel(route.index) }
    }

    /// Connects to the server and sends it what the client sent.
    func connect(_ slot: Int) {
        enter(.trying, slot)
        if !openServer(slot) { perform(slots[slot].machine.serverNotReady(), slot) }
    }

    /// A cancel request is worth nothing later: where there is no server now, it is dropped, as a dead server would drop it.
    func connectForCancel(_ slot: Int) {
        enter(.cancelling, slot)
        guard openServer(slot) else { return close(slot) }
        slots[slot].startup.free()
        passOn(slot)
        if peers[2 * slot].readable { read(2 * slot) }
    }

    private func openServer(_ slot: Int) -> Bool {
        guard let route = route(of: slot) else { return false }
        let descriptor = martlet_unix_connect(route.route.socketPath, 0)
        guard descriptor >= 0 else {
            if descriptor != -ENOENT, descriptor != -ECONNREFUSED, descriptor != -EAGAIN {
                note(.error, "no connection to the server: \(SystemError.text(-descriptor))", ["endpoint": "\(route.route.name)"])
            }
            return false
        }
        let server = 2 * slot + 1
        peers[server] = RelayPeer()
        peers[server].descriptor = descriptor
        peers[server].input = .greeting
        guard watch(server) else { return false }
        let bytes = firstPacket(slot)
        let sent = bytes.isEmpty ? 0 : martlet_send(descriptor, bytes.baseAddress, bytes.count)
        guard sent >= 0 || sent == -EAGAIN else { return false }
        if sent < bytes.count { keepBacklog(UnsafeRawBufferPointer(rebasing: bytes[max(0, sent)...]), for: server) }
        return true
    }

    /// What the server may see before it has judged the client: the start-up packet alone. An eager client can have sent more,
    /// and a server that asks for no credential would act on it at once.
    private func firstPacket(_ slot: Int) -> UnsafeRawBufferPointer {
        let all = slots[slot].startup.bytes
        return all.count < 4 ? all : UnsafeRawBufferPointer(rebasing: all.prefix(Int(all.word(at: 0))))
    }

    /// The server's first bytes: kept back only while they may turn out to say "not ready".
    func readGreeting(_ slot: Int) {
        guard slots[slot].machine.opening == .clientSpeaks else { return readMySQLGreeting(slot) }
        let server = 2 * slot + 1
        while peers[server].readable, peers[server].input == .greeting {
            let got = martlet_recv(peers[server].descriptor, scratch, Self.scratchBytes)
            guard got > 0 else { return readEnded(server, got) }
            if got < Self.scratchBytes, !peers[server].ending { peers[server].readable = false }
            slots[slot].greeting.append(UnsafeRawBufferPointer(start: scratch, count: got))
            switch PostgresGreeting.classify(slots[slot].greeting.bytes) {
            case .incomplete: continue
            case .notReady: return perform(slots[slot].machine.serverNotReady(), slot)
            case .challenged, .refused: return perform(slots[slot].machine.greeted(), slot)
            case .unchallenged: return perform(slots[slot].machine.unchallenged(), slot)
            case .unintelligible: return perform(slots[slot].machine.refuse(.unintelligibleServer), slot)
            }
        }
    }

    /// The server answered: everything is passed on from now, beginning with what it has said.
    func beginRelay(_ slot: Int) {
        let client = 2 * slot
        let index = Int(slots[slot].route)
        enter(.relaying, slot)
        if slots[slot].machine.opening == .clientSpeaks { beginLogin(slot) } else { passOn(slot) }
        if slots[slot].ledger == .relaying, peers[client].readable { read(client) }
        if slots[slot].ledger == .relaying, peers[client + 1].readable { read(client + 1) }
        routes[index]?.hold.answered()
        release(index)
    }

    /// This try of the server came to nothing.
    func requeue(_ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        closeServer(slot)
        slots[slot].greeting.free()
        enter(.queued, slot)
        route.hold.failed(ticket: slots[slot].ticket, slot: slot, now: now)
        armProbe(route)
        leaveIfEnded(slot)
    }

    /// No event will tell again of a client that ended before it began to wait.
    private func leaveIfEnded(_ slot: Int) {
        if peers[2 * slot].ending { perform(slots[slot].machine.clientEnded(backlog: false, unsent: false), slot) }
    }
}
