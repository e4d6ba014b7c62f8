import CMartlet
import CMartletTLS
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Clients with TLS: the handshake, and what stands between a socket and those who read and write plaintext.
extension RelayLoop {
    /// Reads from a client that may never say anything worth hearing; more rounds without plaintext than this in a row, and it is
    /// closed. A handshake is a few kilobytes.
    private static let fruitlessReads = 8

    /// Answers a request for encryption. False when what follows is not to be read as a packet.
    func negotiate(_ kind: PostgresStartup.Encryption, trailing: Bool, _ slot: Int) -> Bool {
        let isOffered = tlsContext(of: slot) != nil
        let answer =
            kind == .gss
            ? slots[slot].negotiation.requestedGSS()
            : slots[slot].negotiation.requested(isOffered: isOffered, trailing: trailing)
        switch answer {
        case .deny, .proceed:
            perform(slots[slot].machine.startup(.encryptionRequest), slot)
            return slots[slot].machine.state == .readingStartup
        case .accept, .begin:
            slots[slot].startup.free()
            beginTLS(slot)
            return false
        case .refuse(let why):
            perform(slots[slot].machine.startup(.refuse(why)), slot)
            return false
        }
    }

    private func beginTLS(_ slot: Int) {
        var yes = UInt8(ascii: "S")
        slots[slot].tls = tlsContext(of: slot)?.session()
        guard slots[slot].tls != nil, martlet_send(peers[2 * slot].descriptor, &yes, 1) == 1 else {
            return perform(slots[slot].machine.clientFailed(), slot)
        }
    }

    /// The client did not ask, as those of PostgreSQL 17 need not: the first bytes, in `secure.plain`, are a handshake already.
    func beginDirectTLS(_ slot: Int, _ count: Int) {
        slots[slot].tls = tlsContext(of: slot)?.session()
        guard slots[slot].tls != nil else { return perform(slots[slot].machine.clientFailed(), slot) }
        memcpy(secure.cipher, secure.plain, count)
        let plain = open(slot, UnsafeRawBufferPointer(start: secure.cipher, count: count), into: secure.plain)
        // A client cannot have sent anything behind its first flight: no early data is accepted.
        if plain != 0 { perform(slots[slot].machine.clientFailed(), slot) }
    }

    /// As `martlet_recv`, from a client, through its TLS when it has one. Clears `readable` when the socket is empty.
    ///
    /// - Parameters:
    ///   - room: with TLS at least `MARTLET_TLS_PLAIN_BYTES`.
    ///   - count: bytes to ask for without TLS.
    func receive(_ slot: Int, into room: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let client = peers + 2 * slot
        guard let tls = slots[slot].tls else { return receiveRaw(client, room, count) }
        for _ in 0..<Self.fruitlessReads {
            if martlet_tls_has_ended(tls) == 1 { return 0 }
            guard client.pointee.readable else { return -Int(EAGAIN) }
            let got = receiveRaw(client, secure.cipher, TLSBuffers.inputBytes)
            guard got > 0 else { return got }
            let plain = open(slot, UnsafeRawBufferPointer(start: secure.cipher, count: got), into: room)
            if plain != 0 { return plain }
        }
        return -Int(EPROTO)
    }

    private func receiveRaw(_ peer: UnsafeMutablePointer<RelayPeer>, _ room: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let got = martlet_recv(peer.pointee.descriptor, room, count)
        if got > 0, got < count, !peer.pointee.ending { peer.pointee.readable = false }
        return got
    }

    /// Opens what came, and sends what the conversation wants to be sent. The count of plaintext, or -EPROTO.
    func open(_ slot: Int, _ cipher: UnsafeRawBufferPointer, into room: UnsafeMutableRawPointer) -> Int {
        guard let tls = slots[slot].tls else { return -Int(EPROTO) }
        var plain = 0
        var made = 0
        let state = martlet_tls_open(tls, cipher.baseAddress, cipher.count, room, &plain, secure.out, &made)
        let isDelivered = deliver(slot, made)
        if state == MARTLET_TLS_FAILED { noteBroken(slot, tls) }
        guard isDelivered, state != MARTLET_TLS_FAILED else { return -Int(EPROTO) }
        // The end is reported when what came before it has been used.
        if state == MARTLET_TLS_ENDED { peers[2 * slot].readable = true }
        return plain
    }

    private func noteBroken(_ slot: Int, _ tls: OpaquePointer) {
        note(
            .notice, "closed a client: its TLS is broken",
            {
                let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
                    martlet_tls_reason(tls, text.baseAddress, text.count)
                    return text.baseAddress.map { String(cString: $0) } ?? ""
                }
                return [
                    "endpoint": "\(route(of: slot)?.route.name ?? "")", "client": "\(slots[slot].source)", "reason": "\(reason)",
                ]
            }())
    }

    /// Sends `count` bytes of `secure.out` to the client; what its socket does not take is kept. False when it takes none.
    private func deliver(_ slot: Int, _ count: Int) -> Bool {
        count == 0 || send(slot, UnsafeRawBufferPointer(start: secure.out, count: count))
    }

    private func send(_ slot: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let client = 2 * slot
        guard !owes(client) else {
            keepBacklog(bytes, for: client)
            return true
        }
        let sent = martlet_send(peers[client].descriptor, bytes.baseAddress, bytes.count)
        guard sent >= 0 || sent == -Int(EAGAIN) else { return false }
        if sent < bytes.count { keepBacklog(UnsafeRawBufferPointer(rebasing: bytes[max(0, sent)...]), for: client) }
        return true
    }

    /// Sends plaintext to the client, through its TLS when it has one. False when that is not possible any more.
    func transmit(_ slot: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard let tls = slots[slot].tls else { return send(slot, bytes) }
        guard martlet_tls_is_established(tls) == 1 else { return false }
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(TLSBuffers.sealBytes))
            let made = martlet_tls_seal(tls, part.baseAddress, part.count, secure.out)
            guard made > 0, deliver(slot, made) else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        }
        return true
    }

    /// Tells a client with TLS that no more will come. False while that must wait for room in its socket.
    func endTLS(_ slot: Int) -> Bool {
        guard let tls = slots[slot].tls else { return true }
        // Where it cannot be sent, nobody is there to miss it.
        _ = deliver(slot, martlet_tls_end(tls, secure.out))
        return !owes(2 * slot)
    }

    func freeTLS(_ slot: Int) {
        martlet_tls_free(slots[slot].tls)
        slots[slot].tls = nil
    }

    /// From now on bytes pass both ways.
    func passOn(_ slot: Int) {
        let isSecure = slots[slot].tls != nil
        slots[slot].startup.free()
        peers[2 * slot].input = isSecure ? .unseal : .relay
        peers[2 * slot + 1].input = isSecure ? .seal : .relay
    }
}
