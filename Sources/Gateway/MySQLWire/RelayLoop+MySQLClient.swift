import CMartlet
import CMartletTLS
import Foundation
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#endif

/// What a MySQL client says while it logs in.
extension RelayLoop {
    /// Bytes asked for at once without TLS.
    private static let readBytes = 16 << 10

    func readMySQLClient(_ slot: Int) {
        let client = peers + 2 * slot
        takeClientPackets(slot)
        while client.pointee.readable, client.pointee.input == .mysqlLogin {
            let got = receive(slot, into: secure.plain, Self.readBytes)
            guard got > 0 else { return readEnded(2 * slot, got) }
            slots[slot].startup.append(UnsafeRawBufferPointer(start: secure.plain, count: got))
            takeClientPackets(slot)
        }
    }

    /// Packets that have come, as long as it is the client's turn. What it sends without being asked waits.
    private func takeClientPackets(_ slot: Int) {
        while peers[2 * slot].input == .mysqlLogin {
            guard slots[slot].login.expectsClient else {
                peers[2 * slot].input = .leave
                return
            }
            switch MySQLPacket.decode(slots[slot].startup.bytes) {
            case .incomplete: return
            case .tooLarge: return perform(slots[slot].machine.refuseMySQL(.packetTooLarge), slot)
            case .whole(let number, let count): takeClientPacket(slot, number, count)
            }
        }
    }

    private func clientPayload(_ slot: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: slots[slot].startup.bytes[MySQLPacket.headerBytes..<MySQLPacket.headerBytes + count])
    }

    private func takeClientPacket(_ slot: Int, _ number: UInt8, _ count: Int) {
        let payload = clientPayload(slot, count)
        let length = MySQLPacket.headerBytes + count
        switch slots[slot].login.client(number, payload, isSecure: slots[slot].tls != nil) {
        case .beginTLS: beginMySQLTLS(slot, length)
        case .judge(let session): judge(session, payload, slot)
        case .forward:
            let packet = MySQLPacket.bytes(number: slots[slot].login.numberForServer(number), payload)
            slots[slot].startup.drop(length)
            sendToServer(slot, packet)
        case .token(let range):
            let token = String(decoding: UnsafeRawBufferPointer(rebasing: payload[range]), as: UTF8.self)
            slots[slot].startup.drop(length)
            judgeMySQLToken(token, slot)
        case .refuse(let refusal): perform(slots[slot].machine.refuseMySQL(refusal), slot)
        }
    }

    /// What came behind the request is the handshake's first part already: clients do not wait for an answer, as there is none.
    private func beginMySQLTLS(_ slot: Int, _ length: Int) {
        let rest = slots[slot].startup.bytes.dropFirst(length)
        guard rest.count <= TLSBuffers.inputBytes else { return perform(slots[slot].machine.refuseMySQL(.badHandshake), slot) }
        UnsafeMutableRawBufferPointer(start: secure.plain, count: rest.count).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: rest))
        let count = rest.count
        slots[slot].startup.free()
        beginDirectTLS(slot, count)
    }

    private func judge(_ session: MySQLResponse.Session, _ payload: UnsafeRawBufferPointer, _ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        slots[slot].account.free()
        slots[slot].account.append(session.name(in: payload))
        let user = userName(slot)
        let verdict = verdict(on: user, slot, route)
        if logger.logLevel <= .debug {
            let shown = PostgresStartup.Session.sanitised(user)
            logger.debug("log in", metadata: ["endpoint": "\(route.route.name)", "user": "\(shown)"])
        }
        if case .refuseMySQL(let refusal) = verdict { recordRefusal(slot, route, user, refusal) }
        slots[slot].usesPassword = session.usesPassword
        perform(slots[slot].machine.startup(verdict), slot)
    }

    /// In the order in which a server judges: the address, encryption, the user.
    private func verdict(on user: String, _ slot: Int, _ route: RelayRoute) -> StartupVerdict {
        if slots[slot].isBarred { return .refuseMySQL(.accessDenied) }
        if route.route.tls?.isRequired == true, slots[slot].tls == nil { return .refuseMySQL(.encryptionRequired) }
        if route.reserves(user) { return .refuseMySQL(.reservedUser) }
        let delay = book.attempt(route: route.route.id, source: slots[slot].source, now: now)
        guard delay > 0 else { return .admit }
        guard delayed < options.limits.pendingStartups else { return .refuseMySQL(.tooManyConnections) }
        slots[slot].holdDeadline = now + delay
        return .delay
    }

    private func recordRefusal(_ slot: Int, _ route: RelayRoute, _ user: String, _ refusal: MySQLRefusal) {
        switch refusal {
        case .accessDenied: record(slot, route, user, .refused, "access-denied")
        case .encryptionRequired: record(slot, route, user, .refused, "tls-required")
        case .reservedUser: record(slot, route, user, .refused, "reserved-user")
        default: break
        }
    }

    /// The server gets the client's answer, behind a word of where the client is where it wants to know that.
    func answerServer(_ slot: Int) {
        guard let route = route(of: slot), case .whole(_, let count) = MySQLPacket.decode(slots[slot].startup.bytes),
            let answer = slots[slot].login.judged(clientPayload(slot, count))
        else { return close(slot) }
        slots[slot].startup.drop(MySQLPacket.headerBytes + count)
        enter(.authenticating, slot)
        peers[2 * slot].input = .leave
        peers[2 * slot + 1].input = .mysqlLogin
        sendToServer(slot, header(slot, route) + answer)
        if slots[slot].ledger == .authenticating, peers[2 * slot + 1].readable { read(2 * slot + 1) }
    }

    private func header(_ slot: Int, _ route: RelayRoute) -> [UInt8] {
        guard route.route.namesClient == true else { return [] }
        let port = martlet_peer_port(peers[2 * slot].descriptor)
        return ProxyHeader.bytes(slots[slot].source, port: UInt16(truncatingIfNeeded: max(0, port)))
    }

    func sendToServer(_ slot: Int, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { sendToServer(slot, $0) }
    }

    func sendToServer(_ slot: Int, _ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let server = 2 * slot + 1
        guard peers[server].backlog.isEmpty else { return keepBacklog(bytes, for: server) }
        let sent = martlet_send(peers[server].descriptor, bytes.baseAddress, bytes.count)
        // A server that takes nothing any more says why, or ends: that is read next.
        guard sent >= 0 || sent == -Int(EAGAIN) else { return }
        if sent < bytes.count { keepBacklog(UnsafeRawBufferPointer(rebasing: bytes[max(0, sent)...]), for: server) }
    }
}
