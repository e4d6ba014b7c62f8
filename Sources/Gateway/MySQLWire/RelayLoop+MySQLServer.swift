import CMartlet
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#endif

/// What a MySQL server says while a client logs in.
extension RelayLoop {
    func readMySQLServer(_ slot: Int) {
        let server = peers + (2 * slot + 1)
        takeServerPackets(slot)
        while server.pointee.readable, server.pointee.input == .mysqlLogin, peers[2 * slot].backlog.isEmpty {
            let got = martlet_recv(server.pointee.descriptor, scratch, Self.scratchBytes)
            guard got > 0 else { return readEnded(2 * slot + 1, got) }
            if got < Self.scratchBytes, !server.pointee.ending { server.pointee.readable = false }
            slots[slot].greeting.append(UnsafeRawBufferPointer(start: scratch, count: got))
            takeServerPackets(slot)
        }
    }

    private func takeServerPackets(_ slot: Int) {
        while peers[2 * slot + 1].input == .mysqlLogin, peers[2 * slot].backlog.isEmpty {
            switch MySQLPacket.decode(slots[slot].greeting.bytes) {
            case .incomplete: return
            case .tooLarge: return perform(slots[slot].machine.refuseMySQL(.unintelligibleServer), slot)
            case .whole(let number, let count): takeServerPacket(slot, number, count)
            }
        }
    }

    private func takeServerPacket(_ slot: Int, _ number: UInt8, _ count: Int) {
        let length = MySQLPacket.headerBytes + count
        let payload = UnsafeRawBufferPointer(rebasing: slots[slot].greeting.bytes[MySQLPacket.headerBytes..<length])
        let verdict = slots[slot].login.server(number, payload, isSecure: slots[slot].tls != nil)
        switch verdict {
        case .token:
            slots[slot].greeting.drop(length)
            return askMySQLToken(slot)
        case .refuse(let refusal): return perform(slots[slot].machine.refuseMySQL(refusal), slot)
        case .forward, .success, .failure: break
        }
        let packet = MySQLPacket.bytes(number: slots[slot].login.numberForClient(number), payload)
        slots[slot].greeting.drop(length)
        guard packet.withUnsafeBytes({ transmit(slot, $0) }) else { return perform(slots[slot].machine.clientFailed(), slot) }
        switch verdict {
        case .success: mysqlLoginSucceeded(slot)
        case .failure(let state): mysqlLoginFailed(slot, state)
        default: listenToClient(slot)
        }
    }

    /// It is the client's turn, and it may have spoken already.
    func listenToClient(_ slot: Int) {
        guard slots[slot].login.expectsClient, peers[2 * slot].input == .leave else { return }
        peers[2 * slot].input = .mysqlLogin
        readMySQLClient(slot)
    }

    private func mysqlLoginFailed(_ slot: Int, _ state: SQLState) {
        if let route = route(of: slot) {
            record(slot, route, userName(slot), state.isAuthorization ? .failure : .error, state.description)
        }
        perform(slots[slot].machine.serverRefused(), slot)
    }

    /// The client is in, and what comes now is between the two.
    private func mysqlLoginSucceeded(_ slot: Int) {
        if let route = route(of: slot) {
            record(slot, route, userName(slot), .success, slots[slot].usedToken ? "iam" : "password")
        }
        slots[slot].account.free()
        sendToServer(slot, slots[slot].startup.bytes)
        let rest = slots[slot].greeting.bytes
        let isTaken = transmit(slot, rest)
        slots[slot].greeting.free()
        guard isTaken else { return perform(slots[slot].machine.clientFailed(), slot) }
        perform(slots[slot].machine.loggedIn(), slot)
    }
}
