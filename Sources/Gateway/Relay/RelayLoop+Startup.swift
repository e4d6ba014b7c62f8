import CMartlet
import CMartletTLS
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reading a PostgreSQL client's start-up packets.
extension RelayLoop {
    /// Bytes asked for at once: the longest packet, and room for what eager clients send behind it.
    private static let startupReadBytes = 16 << 10

    func readStartup(_ slot: Int) {
        let client = peers + 2 * slot
        while client.pointee.readable, client.pointee.input == .startup {
            let kept = slots[slot].startup.bytes
            if let base = kept.baseAddress { memcpy(secure.plain, base, kept.count) }
            let got = receive(slot, into: secure.plain + kept.count, Self.startupReadBytes)
            guard got > 0 else { return readEnded(2 * slot, got) }
            guard arrived(slot, got) else { continue }
            decode(UnsafeRawBufferPointer(start: secure.plain, count: kept.count + got), slot)
        }
    }

    /// Lets the negotiation see that bytes have come. False when they are not, or not any more, to be read as packets.
    private func arrived(_ slot: Int, _ count: Int) -> Bool {
        let first = secure.plain.load(as: UInt8.self)
        let isOffered = tlsContext(of: slot) != nil
        switch slots[slot].negotiation.began(first: first, isOffered: isOffered) {
        case .begin:
            beginDirectTLS(slot, count)
            return false
        case .proceed, .deny, .accept, .refuse: break
        }
        guard let tls = slots[slot].tls, !slots[slot].negotiation.isSecure else { return true }
        guard case .refuse(let why) = slots[slot].negotiation.established(alpn: martlet_tls_has_alpn(tls) == 1) else {
            return lobby(of: slot).map { leaveLobby(slot, $0, tls) } ?? true
        }
        perform(slots[slot].machine.startup(.refuse(why)), slot)
        return false
    }

    /// Takes packets from the front of `bytes` until one settles the matter; keeps what is left.
    private func decode(_ bytes: UnsafeRawBufferPointer, _ slot: Int) {
        var rest = bytes
        while true {
            switch PostgresStartup.decode(rest) {
            case .incomplete: return keep(rest, slot)
            case .encryptionRequest(let kind, let count):
                guard negotiate(kind, trailing: rest.count > count, slot) else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            case .cancelRequest:
                keep(rest, slot)
                guard !slots[slot].isBarred else { return close(slot) }
                return perform(slots[slot].machine.startup(.cancel), slot)
            case .session(let session, _):
                keep(rest, slot)
                return settle(session, slot)
            case .malformed(let refusal):
                return perform(slots[slot].machine.startup(.refuse(refusal)), slot)
            }
        }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, _ slot: Int) {
        slots[slot].startup.free()
        slots[slot].startup.append(bytes)
    }

    private func settle(_ session: PostgresStartup.Session, _ slot: Int) {
        guard let route = route(of: slot) else {
            guard lobby(of: slot) != nil else { return close(slot) }
            return perform(slots[slot].machine.startup(.refuse(.sharedWithoutTLS)), slot)
        }
        let verdict = verdict(on: session, slot, route)
        if logger.logLevel <= .debug {
            logger.debug("start-up", metadata: session.logMetadata(endpoint: route.route.name))
        }
        if case .refuse(let refusal) = verdict { recordRefusal(slot, route, session.user, refusal) }
        perform(slots[slot].machine.startup(verdict), slot, PostgresRefusal.Context(session))
    }

    /// In the order in which a server judges: the address, encryption, the role, room.
    private func verdict(on session: PostgresStartup.Session, _ slot: Int, _ route: RelayRoute) -> StartupVerdict {
        if slots[slot].isBarred { return .refuse(.accessDenied) }
        if route.route.tls?.isRequired == true, slots[slot].tls == nil { return .refuse(.encryptionRequired) }
        if route.reserves(session.user) { return .refuse(.reservedUser) }
        guard mayAdmit(to: route) else { return .refuse(.tooManyConnections) }
        let delay = book.attempt(route: route.route.id, source: slots[slot].source, now: now)
        guard delay > 0 else { return .admit }
        guard delayed < options.limits.pendingStartups else { return .refuse(.tooManyConnections) }
        slots[slot].holdDeadline = now + delay
        return .delay
    }

    /// The answer to a request for encryption: one byte, which always fits.
    func denyEncryption(_ slot: Int) {
        var no = UInt8(ascii: "N")
        let sent = martlet_send(peers[2 * slot].descriptor, &no, 1)
        if sent != 1 { perform(slots[slot].machine.clientFailed(), slot) }
    }
}

extension PostgresStartup.Session {
    /// What may be logged of a start-up packet: no other parameter, and nothing that would break a line.
    func logMetadata(endpoint: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "endpoint": "\(endpoint)", "user": "\(Self.sanitised(user))", "database": "\(Self.sanitised(database))",
        ]
        if let applicationName { metadata["application"] = "\(Self.sanitised(applicationName))" }
        return metadata
    }

    /// At most 63 characters; what is not printable ASCII becomes `?`.
    static func sanitised(_ text: String) -> String {
        String(text.unicodeScalars.prefix(63).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
    }
}
