import CMartlet
import Logging
import Routing

/// Carrying out what the state machines decide, and keeping the books.
extension RelayLoop {
    func route(of slot: Int) -> RelayRoute? {
        let index = Int(slots[slot].route)
        return index >= 0 ? routes[index] : nil
    }

    func perform(
        _ action: RelayStateMachine.Action, _ slot: Int,
        _ context: @autoclosure () -> PostgresRefusal.Context = PostgresRefusal.Context()
    ) {
        switch action {
        case .none: break
        case .denyEncryption: denyEncryption(slot)
        case .delay: enter(.delayed, slot)
        case .enqueue: enqueue(slot)
        case .connect: connect(slot)
        case .connectForCancel: connectForCancel(slot)
        case .askPassword: askPassword(slot)
        case .greet: greet(slot)
        case .answer: answerServer(slot)
        case .relay: beginRelay(slot)
        case .requeue: requeue(slot)
        case .shutdownWrite(let side): shutdownWrite(2 * slot + (side == .client ? 0 : 1))
        case .refuse(let refusal): refuse(slot, refusal, context())
        case .refuseMySQL(let refusal): refuse(slot, refusal)
        case .linger: linger(slot)
        case .close: close(slot)
        }
    }

    /// The one place where a connection moves between the loop's lists.
    func enter(_ ledger: RelaySlot.Ledger, _ slot: Int) {
        leaveLedger(slot)
        slots[slot].ledger = ledger
        switch ledger {
        case .startup: startups.set(slot, at: now + options.startupTimeout.nanoseconds)
        case .silent: silence(slot)
        case .queued, .trying: deadlines.set(slot, at: slots[slot].holdDeadline)
        case .delayed:
            delayed += 1
            peers[2 * slot].input = .leave
            deadlines.set(slot, at: slots[slot].holdDeadline)
        case .authenticating: deadlines.set(slot, at: now + options.startupTimeout.nanoseconds)
        case .relaying: route(of: slot)?.relaying += 1
        case .lingering: armLinger(slot)
        case .free, .cancelling: break
        }
        if ledger == .lingering || ledger == .free { leaveRoute(slot) }
    }

    private func leaveLedger(_ slot: Int) {
        switch slots[slot].ledger {
        case .startup: startups.cancel(slot)
        case .queued:
            deadlines.cancel(slot)
            route(of: slot)?.hold.leave(ticket: slots[slot].ticket)
        case .silent: silents.cancel(slot)
        case .delayed:
            delayed -= 1
            deadlines.cancel(slot)
        case .trying, .authenticating: deadlines.cancel(slot)
        case .relaying: route(of: slot)?.relaying -= 1
        case .lingering: deadlines.cancel(slot)
        case .free, .cancelling: break
        }
    }

    private func leaveRoute(_ slot: Int) {
        guard slots[slot].ticket != 0 else { return }
        slots[slot].ticket = 0
        admitted -= 1
        route(of: slot)?.admitted -= 1
    }

    /// A lingering client has `lingerTimeout` to close; one that still has bytes to take, thirty times as long for each part.
    func armLinger(_ slot: Int) {
        let patience: UInt64 = owes(2 * slot) ? 30 : 1
        deadlines.set(slot, at: now + options.lingerTimeout.nanoseconds * patience)
    }

    private func shutdownWrite(_ index: Int) {
        // A client's TLS ends before its socket does; what the socket does not take of that is flushed first.
        if index & 1 == 0, !endTLS(index >> 1) { return }
        // Fails only where the other side is gone already, and then its next event says so.
        _ = martlet_shutdown_write(peers[index].descriptor)
        if slots[index >> 1].ledger == .lingering { armLinger(index >> 1) }
    }

    private func refuse(_ slot: Int, _ refusal: PostgresRefusal, _ given: PostgresRefusal.Context) {
        let context = complete(given, slot, refusal)
        let bytes = refusal.bytes(context)
        noteRefusal(endpoint: context.endpoint, client: context.host, why: "\(refusal)")
        sayLast(slot, bytes)
    }

    private func refuse(_ slot: Int, _ refusal: MySQLRefusal) {
        let context = context(slot, refusal)
        noteRefusal(endpoint: context.endpoint, client: context.host, why: "\(refusal)")
        sayLast(slot, refusal.bytes(number: slots[slot].login.next, context))
    }

    private func noteRefusal(endpoint: String, client: String, why: @autoclosure () -> String) {
        note(.notice, "refused a client", ["endpoint": "\(endpoint)", "client": "\(client)", "why": "\(why())"])
    }

    private func sayLast(_ slot: Int, _ bytes: [UInt8]) {
        guard bytes.withUnsafeBytes({ transmit(slot, $0) }) else { return perform(slots[slot].machine.clientFailed(), slot) }
        linger(slot)
    }

    /// Leaves the server, sends the client its last bytes, and waits for it to close: a socket that is closed with unread bytes
    /// is reset, and a reset can overtake the error text that the client should see.
    private func linger(_ slot: Int) {
        let wasTrying = slots[slot].ledger == .trying
        let index = Int(slots[slot].route)
        closeServer(slot)
        slots[slot].startup.free()
        // A greeting that was kept back is not for the client any more.
        slots[slot].greeting.free()
        slots[slot].account.free()
        enter(.lingering, slot)
        peers[2 * slot].input = .discard
        leaveRing(2 * slot)
        peers[2 * slot].readable = true
        if !owes(2 * slot) { shutdownWrite(2 * slot) } else if !isSending(2 * slot) { flush(2 * slot) }
        if slots[slot].ledger == .lingering { read(2 * slot) }
        if wasTrying { abandonTry(index) }
    }

    func close(_ slot: Int) {
        guard slots[slot].ledger != .free || peers[2 * slot].descriptor >= 0 else { return }
        let wasTrying = slots[slot].ledger == .trying
        let index = Int(slots[slot].route)
        closeServer(slot)
        closeDescriptor(2 * slot)
        peers[2 * slot].backlog.free()
        peers[2 * slot] = RelayPeer()
        slots[slot].startup.free()
        slots[slot].greeting.free()
        slots[slot].account.free()
        freeTLS(slot)
        enter(.free, slot)
        slots[slot].route = -1
        arena.giveBack(slot)
        if acceptAgainAt != nil { resumeAccepting() }
        if wasTrying { abandonTry(index) }
    }

    func closeServer(_ slot: Int) {
        let server = peers + (2 * slot + 1)
        server.pointee.backlog.free()
        guard server.pointee.descriptor >= 0 else { return }
        closeDescriptor(2 * slot + 1)
        server.pointee = RelayPeer()
    }

    /// Somebody else must find out whether the server answers.
    private func abandonTry(_ index: Int) {
        guard index >= 0, let route = routes[index] else { return }
        route.hold.abandoned(now: now)
        armProbe(route)
    }
}
