internal import Foundation
internal import Routing

/// Which refused logins become events, and how often: one a minute for the same user, address and reason, with a count. Pure
/// and bounded.
struct LoginDigest: Sendable, Equatable {
    /// Kinds followed at once; beyond it those told longest ago go.
    static let kindLimit = 1024
    static let window: TimeInterval = 60

    struct Kind: Hashable, Sendable {
        /// The resource id of the instance.
        var route: String
        var user: String
        var address: String
        var reason: String
    }

    struct Notice: Sendable, Equatable {
        var kind: Kind
        var count: Int
        /// Of the last of them.
        var date: Date
    }

    private struct Entry: Sendable, Equatable {
        var toldAt: Date
        var untold = 0
        var lastAt: Date
    }

    private var entries: [Kind: Entry] = [:]

    /// What has to be told now.
    mutating func take(_ events: [GatewayControl.LoginEvent], now: Date) -> [Notice] {
        var notices: [Notice] = []
        for event in events where Self.matters(event) {
            let kind = Kind(route: event.route, user: event.user, address: event.address, reason: event.reason)
            let date = Date(timeIntervalSince1970: event.date)
            guard var entry = entries[kind] else {
                entries[kind] = Entry(toldAt: now, lastAt: date)
                notices.append(Notice(kind: kind, count: event.count, date: date))
                continue
            }
            entry.untold += event.count
            entry.lastAt = max(entry.lastAt, date)
            entries[kind] = entry
        }
        notices += due(now: now)
        forgetExcess()
        return notices
    }

    /// Kinds whose minute is over: those seen again are told with their count, the others are forgotten.
    private mutating func due(now: Date) -> [Notice] {
        var notices: [Notice] = []
        for (kind, entry) in entries where now.timeIntervalSince(entry.toldAt) >= Self.window {
            if entry.untold > 0 {
                notices.append(Notice(kind: kind, count: entry.untold, date: entry.lastAt))
                entries[kind] = Entry(toldAt: now, lastAt: entry.lastAt)
            } else {
                entries[kind] = nil
            }
        }
        return notices.sorted { ($0.date, $0.kind.user) < ($1.date, $1.kind.user) }
    }

    private mutating func forgetExcess() {
        guard entries.count > Self.kindLimit else { return }
        for (kind, _) in entries.sorted(by: { $0.value.toldAt < $1.value.toldAt }).prefix(entries.count - Self.kindLimit) {
            entries[kind] = nil
        }
    }

    /// The gateway's refusals, and tokens that were not good. Mistyped passwords are counted, not told.
    static func matters(_ event: GatewayControl.LoginEvent) -> Bool {
        event.outcome == .refused || (event.outcome == .failure && event.reason.hasPrefix("iam: "))
    }
}

extension LoginDigest.Notice {
    /// For the event log.
    var message: String {
        let who = kind.user.isEmpty ? "a client" : "user \(kind.user)"
        let times = count == 1 ? "" : " (\(count) times)"
        return text(who).appending(times + ".")
    }

    private func text(_ who: String) -> String {
        if kind.reason.hasPrefix("iam: ") {
            return "IAM database authentication failed for \(who) from \(kind.address): \(kind.reason.dropFirst(5))"
        }
        switch kind.reason {
        case "access-denied": return "A connection from \(kind.address) was refused: no security group rule admits it"
        case "access-revoked": return "A connection from \(kind.address) was closed: the rule that admitted it was revoked"
        case "tls-required": return "A connection of \(who) from \(kind.address) was refused: rds.force_ssl demands TLS"
        case "reserved-user": return "A connection of \(who) from \(kind.address) was refused: the user is reserved"
        default: return "A connection of \(who) from \(kind.address) was refused: \(kind.reason)"
        }
    }
}
