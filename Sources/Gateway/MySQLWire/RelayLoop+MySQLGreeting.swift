import CMartlet
import Logging
import Routing

/// From the connection to a MySQL server to its greeting, which the client has waited for.
extension RelayLoop {
    /// A client that has been greeted has so long to answer, at most: it occupies a connection of the server's, which itself
    /// would wait as long (`connect_timeout`).
    private static let answerNanoseconds: UInt64 = 10_000_000_000

    func readMySQLGreeting(_ slot: Int) {
        let server = 2 * slot + 1
        while peers[server].readable, peers[server].input == .greeting {
            let got = martlet_recv(peers[server].descriptor, scratch, Self.scratchBytes)
            guard got > 0 else { return readEnded(server, got) }
            if got < Self.scratchBytes, !peers[server].ending { peers[server].readable = false }
            slots[slot].greeting.append(UnsafeRawBufferPointer(start: scratch, count: got))
            switch MySQLPacket.decode(slots[slot].greeting.bytes) {
            case .incomplete: continue
            case .whole(let number, let count) where number == 0: return judgeGreeting(slot, count)
            case .whole, .tooLarge: return perform(slots[slot].machine.refuseMySQL(.unintelligibleServer), slot)
            }
        }
    }

    private func greetingPayload(_ slot: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: slots[slot].greeting.bytes.dropFirst(MySQLPacket.headerBytes))
    }

    private func judgeGreeting(_ slot: Int, _ count: Int) {
        // Whoever greets waits for an answer.
        let payload = greetingPayload(slot)
        switch payload.count == count ? MySQLGreeting.decode(payload) : .unintelligible {
        case .greeting: perform(slots[slot].machine.greeted(), slot)
        case .notReady: perform(slots[slot].machine.serverNotReady(), slot)
        case .refused(let code): passRefusal(slot, code)
        case .unintelligible: perform(slots[slot].machine.refuseMySQL(.unintelligibleServer), slot)
        }
    }

    /// What the server itself says to the client instead of a greeting (too many connections) is the client's to hear.
    private func passRefusal(_ slot: Int, _ code: UInt16) {
        let route = route(of: slot)
        note(.notice, "the server turned a client away", ["endpoint": "\(route?.route.name ?? "")", "code": "\(code)"])
        guard transmit(slot, slots[slot].greeting.bytes) else { return perform(slots[slot].machine.clientFailed(), slot) }
        perform(slots[slot].machine.serverRefused(), slot)
        route?.hold.answered()
        if let route { release(route.index) }
    }

    /// Shows the client the greeting, with TLS as the endpoint has it.
    func greet(_ slot: Int) {
        let payload = greetingPayload(slot)
        guard let route = route(of: slot), case .greeting(let capabilities, let offset) = MySQLGreeting.decode(payload) else {
            return close(slot)
        }
        let offersTLS = route.door.tls != nil
        slots[slot].login.greeted(capabilities, offersTLS: offersTLS)
        let bytes = MySQLPacket.bytes(number: 0, MySQLGreeting.rewritten(payload, offset: offset, offersTLS: offersTLS))
        slots[slot].greeting.free()
        enter(.startup, slot)
        startups.set(slot, at: now + min(options.startupTimeout.nanoseconds, Self.answerNanoseconds))
        peers[2 * slot].input = .mysqlLogin
        peers[2 * slot + 1].input = .mysqlLogin
        defer {
            route.hold.answered()
            release(route.index)
        }
        guard bytes.withUnsafeBytes({ transmit(slot, $0) }) else { return perform(slots[slot].machine.clientFailed(), slot) }
        if peers[2 * slot].readable { read(2 * slot) }
    }
}
