import CMartlet
import Logging
import Routing

/// Who may come in at all.
extension RelayLoop {
    func source(of descriptor: Int32) -> SourceAddress {
        var bytes: (UInt64, UInt64) = (0, 0)
        martlet_peer_source(descriptor, &bytes)
        return SourceAddress(bits: withUnsafeBytes(of: &bytes) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
    }

    /// How long a client that is to be told may take over its start-up packet.
    private static let barredNanoseconds: UInt64 = 5_000_000_000

    /// A client that no rule admits. One who is to be told must first be listened to: PostgreSQL clients show an error only as
    /// the answer to their start-up packet. No credential is asked for, and the server does not hear of it.
    func bar(_ slot: Int, _ route: RelayRoute, _ refusal: Route.Access.Refusal) {
        slots[slot].isBarred = true
        switch (refusal, route.opening) {
        case (.drop, _):
            recordRefusal(slot, route, "", .accessDenied)
            enter(.silent, slot)
        case (.diagnose, .clientSpeaks):
            peers[2 * slot].input = .startup
            enter(.startup, slot)
            // Due before all others, so that strangers are also the first to make room for those who may come in.
            startups.set(slot, at: now + min(options.startupTimeout.nanoseconds, Self.barredNanoseconds))
        case (.diagnose, .serverSpeaks):
            recordRefusal(slot, route, "", .accessDenied)
            perform(slots[slot].machine.refuseMySQL(.accessDenied), slot)
        }
    }

    /// The nearest to a packet that is dropped, after a connection was taken: nothing is read or said until the time is over.
    /// Whoever waits keeps a place, so there are few of them, and a new one ends the oldest.
    func silence(_ slot: Int) {
        if silents.count >= options.limits.silentRefusals, let oldest = silents.first {
            perform(slots[oldest].machine.evicted(), oldest)
        }
        peers[2 * slot].input = .leave
        silents.set(slot, at: now + options.startupTimeout.nanoseconds)
    }

    /// After a change of rules: ends the connections that none admits any more.
    func revoke(_ route: RelayRoute) {
        for slot in 0..<arena.highWater where Int(slots[slot].route) == route.index {
            guard slots[slot].ledger != .free, slots[slot].ledger != .silent else { continue }
            slots[slot].isBarred = !(route.door.access?.admits(slots[slot].source) ?? true)
            guard slots[slot].isBarred, slots[slot].ledger != .startup, slots[slot].ledger != .lingering else { continue }
            note(
                .notice, "closed a client: its rule was revoked",
                [
                    "endpoint": "\(route.route.name)", "client": "\(slots[slot].source)",
                ])
            record(slot, route, userName(slot), .refused, "access-revoked")
            perform(slots[slot].machine.revoked(), slot)
        }
    }

    func denial(_ slot: Int, _ route: RelayRoute) -> AccessDenial {
        let access = route.route.access
        return AccessDenial(
            groups: access?.groups ?? [], host: slots[slot].source.description, endpoint: route.route.name,
            port: route.route.port, region: access?.region ?? "", rules: access?.rules.count ?? 0)
    }

    func context(_ slot: Int, _ refusal: MySQLRefusal) -> MySQLRefusal.Context {
        let route = route(of: slot)
        return MySQLRefusal.Context(
            host: slots[slot].source.description, endpoint: route?.route.name ?? "",
            user: PostgresStartup.Session.sanitised(userName(slot)),
            usesPassword: slots[slot].usesPassword || slots[slot].login.state == .tokenAsked,
            denial: refusal == .accessDenied ? route.map { denial(slot, $0) } : nil)
    }

    /// Everything that the text of a refusal may need.
    func complete(
        _ given: PostgresRefusal.Context, _ slot: Int, _ refusal: PostgresRefusal
    ) -> PostgresRefusal.Context {
        var context = given
        context.endpoint = route(of: slot)?.route.name ?? ""
        context.host = slots[slot].source.description
        context.isEncrypted = slots[slot].tls != nil
        if refusal == .accessDenied { context.denial = route(of: slot).map { denial(slot, $0) } }
        return context
    }
}
