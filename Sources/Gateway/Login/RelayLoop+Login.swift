import CMartlet
import Foundation
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#endif

/// From the server's first message to the end of the login: what became of it is counted, and a role that the server lets in
/// without a credential must show a token.
extension RelayLoop {
    /// The client may see what the server says; how the login ends is followed.
    func beginLogin(_ slot: Int) {
        peers[2 * slot].input = slots[slot].tls == nil ? .relay : .unseal
        peers[2 * slot + 1].input = .login
        sendEager(slot)
        let greeting = slots[slot].greeting.bytes
        let verdict = slots[slot].sniffer.feed(greeting)
        let isTaken = transmit(slot, greeting)
        slots[slot].greeting.free()
        guard isTaken else { return perform(slots[slot].machine.clientFailed(), slot) }
        if verdict != .undecided { loginEnded(slot, verdict) }
    }

    /// What the client sent behind its start-up packet is for the server now that it has been asked for a credential. A password
    /// that the gateway asked for is not.
    private func sendEager(_ slot: Int) {
        let eager = eagerBytes(slot)
        guard !slots[slot].usedToken, !eager.isEmpty else { return }
        let sent = martlet_send(peers[2 * slot + 1].descriptor, eager.baseAddress, eager.count)
        // A server that takes nothing any more says why, or ends: that is read next.
        guard sent >= 0 || sent == -Int(EAGAIN) else { return }
        if sent < eager.count { keepBacklog(UnsafeRawBufferPointer(rebasing: eager[max(0, sent)...]), for: 2 * slot + 1) }
    }

    /// What stands behind the start-up packet.
    private func eagerBytes(_ slot: Int) -> UnsafeRawBufferPointer {
        let all = slots[slot].startup.bytes
        return UnsafeRawBufferPointer(rebasing: all.dropFirst(all.count < 4 ? 0 : Int(all.word(at: 0))))
    }

    /// As `pump`, from the server, until the login is over.
    func pumpLogin(_ index: Int) {
        let slot = index >> 1
        let server = peers + index
        while server.pointee.readable, server.pointee.input == .login, peers[index ^ 1].backlog.isEmpty {
            let room = min(Self.scratchBytes, TLSBuffers.sealBytes)
            let got = martlet_recv(server.pointee.descriptor, scratch, room)
            guard got > 0 else { return readEnded(index, got) }
            if got < room, !server.pointee.ending { server.pointee.readable = false }
            let bytes = UnsafeRawBufferPointer(start: scratch, count: got)
            let verdict = slots[slot].sniffer.feed(bytes)
            guard transmit(slot, bytes) else { return writeFailed(index ^ 1) }
            if verdict != .undecided { loginEnded(slot, verdict) }
        }
        if server.pointee.readable, server.pointee.input.isPassedOn, server.pointee.input != .login { read(index) }
    }

    private func loginEnded(_ slot: Int, _ verdict: LoginSniffer.Verdict) {
        if let route = route(of: slot) {
            let user = userName(slot)
            switch verdict {
            case .success: record(slot, route, user, .success, slots[slot].usedToken ? "iam" : "password")
            case .failure(let code) where code.isAuthorization: record(slot, route, user, .failure, code.description)
            case .failure(let code): record(slot, route, user, .error, code.description)
            case .undecided, .unintelligible: break
            }
        }
        passOn(slot)
    }

    /// The server lets the client in as it comes: by the rule for members of `rds_iam`. The proof is the gateway's to ask for.
    func askPassword(_ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        route.hold.answered()
        defer { release(route.index) }
        guard route.door.iam != nil else { return refuseLogin(slot, route, .notEnabled) }
        guard slots[slot].tls != nil else { return refuseLogin(slot, route, .notEncrypted) }
        guard eagerBytes(slot).isEmpty else { return perform(slots[slot].machine.refuse(.passwordExpected), slot) }
        enter(.authenticating, slot)
        peers[2 * slot].input = .password
        peers[2 * slot + 1].input = .leave
        // AuthenticationCleartextPassword.
        let request: [UInt8] = [UInt8(ascii: "R"), 0, 0, 0, 8, 0, 0, 0, 3]
        guard request.withUnsafeBytes({ transmit(slot, $0) }) else { return perform(slots[slot].machine.clientFailed(), slot) }
        if slots[slot].ledger == .authenticating, peers[2 * slot].readable { read(2 * slot) }
    }

    func readPassword(_ slot: Int) {
        let client = peers + 2 * slot
        while client.pointee.readable, client.pointee.input == .password {
            let got = receive(slot, into: secure.plain, TLSBuffers.inputBytes)
            guard got > 0 else { return readEnded(2 * slot, got) }
            slots[slot].startup.append(UnsafeRawBufferPointer(start: secure.plain, count: got))
            let message = eagerBytes(slot)
            switch PasswordMessage.decode(message) {
            case .incomplete: continue
            case .malformed: return perform(slots[slot].machine.refuse(.passwordExpected), slot)
            case .password(let range):
                return judge(String(decoding: UnsafeRawBufferPointer(rebasing: message[range]), as: UTF8.self), slot)
            }
        }
    }

    private func judge(_ token: String, _ slot: Int) {
        guard let route = route(of: slot), let policy = route.door.iam else { return close(slot) }
        // The client has said all that it may before the server's answer.
        peers[2 * slot].input = .leave
        do throws(IAMFailure) {
            try policy.verify(token: token, user: userName(slot), now: Date())
        } catch {
            return refuseLogin(slot, route, error)
        }
        slots[slot].usedToken = true
        perform(slots[slot].machine.passwordAccepted(), slot)
    }

    private func refuseLogin(_ slot: Int, _ route: RelayRoute, _ failure: IAMFailure) {
        guard let session = session(slot) else { return close(slot) }
        noteTokenFailure(slot, route, session.user, failure)
        let refusal: PostgresRefusal = failure == .notEncrypted ? .encryptionRequired : .iamFailed
        perform(slots[slot].machine.refuse(refusal), slot, PostgresRefusal.Context(session))
    }

    /// What the client is not told.
    func noteTokenFailure(_ slot: Int, _ route: RelayRoute, _ user: String, _ failure: IAMFailure) {
        note(
            .notice, "a login with a token failed",
            [
                "endpoint": "\(route.route.name)", "client": "\(slots[slot].source)",
                "user": "\(PostgresStartup.Session.sanitised(user))", "reason": "\(failure)",
            ])
        record(slot, route, user, .failure, "iam: \(failure)")
    }

    func recordRefusal(_ slot: Int, _ route: RelayRoute, _ user: String, _ refusal: PostgresRefusal) {
        switch refusal {
        case .accessDenied: record(slot, route, user, .refused, "access-denied")
        case .encryptionRequired: record(slot, route, user, .refused, "tls-required")
        case .reservedUser: record(slot, route, user, .refused, "reserved-user")
        default: break
        }
    }

    func record(
        _ slot: Int, _ route: RelayRoute, _ user: String, _ outcome: LoginLedger.Outcome, _ reason: String
    ) {
        let key = LoginLedger.Key(
            route: route.route.id, user: PostgresStartup.Session.sanitised(user), source: slots[slot].source)
        book.record(
            key, outcome, reason: reason, at: LoginLedger.Moment(now: now, date: Date().timeIntervalSince1970))
    }

    private func session(_ slot: Int) -> PostgresStartup.Session? {
        guard case .session(let session, _) = PostgresStartup.decode(slots[slot].startup.bytes) else { return nil }
        return session
    }

    /// The user of the start-up packet; empty where there is none any more.
    func userName(_ slot: Int) -> String {
        switch slots[slot].machine.opening {
        case .clientSpeaks: session(slot)?.user ?? ""
        case .serverSpeaks: String(decoding: slots[slot].account.bytes, as: UTF8.self)
        }
    }
}

extension PostgresRefusal.Context {
    init(_ session: PostgresStartup.Session) {
        self.init(user: session.user, database: session.database, replication: session.replication)
    }
}
