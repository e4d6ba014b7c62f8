import CMartlet
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
            if let base = kept.baseAddress { memcpy(scratch, base, kept.count) }
            let got = martlet_recv(client.pointee.descriptor, scratch + kept.count, Self.startupReadBytes)
            guard got > 0 else { return readEnded(2 * slot, got) }
            if got < Self.startupReadBytes, !client.pointee.ending { client.pointee.readable = false }
            decode(UnsafeRawBufferPointer(start: scratch, count: kept.count + got), slot)
        }
    }

    /// Takes packets from the front of `bytes` until one settles the matter; keeps what is left.
    private func decode(_ bytes: UnsafeRawBufferPointer, _ slot: Int) {
        var rest = bytes
        while true {
            switch PostgresStartup.decode(rest) {
            case .incomplete: return keep(rest, slot)
            case .encryptionRequest(_, let count):
                perform(slots[slot].machine.startup(.encryptionRequest), slot)
                guard slots[slot].machine.state == .readingStartup else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            case .cancelRequest:
                keep(rest, slot)
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
        guard let route = route(of: slot) else { return close(slot) }
        var context = PostgresRefusal.Context()
        let verdict: StartupVerdict
        if route.reserves(session.user) {
            context.user = session.user
            context.database = session.database
            context.replication = session.replication
            verdict = .refuse(.reservedUser)
        } else {
            verdict = mayAdmit(to: route) ? .admit : .refuse(.tooManyConnections)
        }
        if logger.logLevel <= .debug {
            logger.debug("start-up", metadata: session.logMetadata(endpoint: route.route.name))
        }
        perform(slots[slot].machine.startup(verdict), slot, context)
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
