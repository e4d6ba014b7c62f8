import Routing

/// Who tried to log in, from where, and how it ended. Pure: `now` and the date come with each call.
///
/// Bounded: entries beyond `entryLimit` push out those not seen for longest, and the last `eventLimit` events are kept. Events
/// of the same kind within a second are one event with a count, so that a client that connects for each statement does not push
/// out what matters.
struct LoginLedger {
    typealias Outcome = GatewayControl.LoginEvent.Outcome

    struct Key: Hashable {
        var route: String
        var user: String
        var source: SourceAddress
    }

    /// One moment, on the clock that never jumps and on the one that people read.
    struct Moment {
        /// Nanoseconds of the monotonic clock.
        var now: UInt64
        /// Seconds since 1970.
        var date: Double
    }

    private struct Kind: Hashable {
        var key: Key
        var outcome: Outcome
        var reason: String
    }

    private struct Entry {
        var toldAt: UInt64
        var seenAt: UInt64
        /// Not yet told in an event, and when the last of them was.
        var untold: Int
        var date: Double
    }

    private let entryLimit: Int
    private let eventLimit: Int
    private var entries: [Kind: Entry] = [:]
    /// The kinds with something untold.
    private var pending: Set<Kind> = []
    private var events: [GatewayControl.LoginEvent] = []
    private var totals: [String: GatewayControl.Logins] = [:]
    private(set) var lastSequence: UInt64 = 0
    private static let window: UInt64 = 1_000_000_000

    init(entryLimit: Int = 4_096, eventLimit: Int = GatewayControl.LoginEvents.limit) {
        self.entryLimit = entryLimit
        self.eventLimit = eventLimit
    }

    var entryCount: Int { entries.count }

    /// A login begins: its start-up packet is accepted.
    mutating func attempted(route: String) { totals[route, default: .init()].attempts += 1 }

    mutating func record(_ key: Key, _ outcome: Outcome, reason: String, at moment: Moment) {
        count(outcome, route: key.route)
        let kind = Kind(key: key, outcome: outcome, reason: reason)
        var entry = entries[kind] ?? Entry(toldAt: 0, seenAt: 0, untold: 0, date: 0)
        entry.seenAt = max(entry.seenAt, moment.now)
        entry.date = max(entry.date, moment.date)
        entry.untold += 1
        if entry.toldAt == 0 || moment.now.elapsed(since: entry.toldAt) >= Self.window {
            tell(kind, &entry, moment.now)
        } else {
            pending.insert(kind)
        }
        entries[kind] = entry
        if entries.count > entryLimit { forgetOldest() }
    }

    func totals(route: String) -> GatewayControl.Logins { totals[route] ?? .init() }

    /// Counters of routes that are no more are dropped.
    mutating func keep(routes: Set<String>) { totals = totals.filter { routes.contains($0.key) } }

    /// What happened after that sequence number, oldest first. What is still being counted is told now.
    mutating func events(after sequence: UInt64, now: UInt64) -> GatewayControl.LoginEvents {
        tellPending(now)
        let oldest = events.first?.sequence ?? lastSequence + 1
        let new = events.filter { $0.sequence > sequence }
        return .init(events: new, last: lastSequence, isComplete: sequence >= oldest - 1)
    }

    private mutating func count(_ outcome: Outcome, route: String) {
        switch outcome {
        case .success: totals[route, default: .init()].successes += 1
        case .failure: totals[route, default: .init()].failures += 1
        case .refused: totals[route, default: .init()].refusals += 1
        case .error: totals[route, default: .init()].errors += 1
        }
    }

    private mutating func tellPending(_ now: UInt64) {
        for kind in pending {
            guard var entry = entries[kind] else { continue }
            tell(kind, &entry, now)
            entries[kind] = entry
        }
        pending.removeAll()
    }

    private mutating func tell(_ kind: Kind, _ entry: inout Entry, _ now: UInt64) {
        guard entry.untold > 0 else { return }
        lastSequence += 1
        events.append(
            .init(
                sequence: lastSequence, route: kind.key.route, user: kind.key.user,
                address: kind.key.source.description, outcome: kind.outcome, reason: kind.reason, count: entry.untold,
                date: entry.date))
        // Half of the room again before the front is cut off, so that each event moves at most one other.
        if events.count >= eventLimit + eventLimit / 2 { events.removeFirst(events.count - eventLimit) }
        entry.untold = 0
        entry.toldAt = now
    }

    /// A quarter at once, so that a flood of new addresses costs little for each.
    private mutating func forgetOldest() {
        let order = entries.sorted { $0.value.seenAt < $1.value.seenAt }
        for (kind, old) in order.prefix(max(1, entryLimit / 4)) {
            var entry = old
            if pending.remove(kind) != nil { tell(kind, &entry, entry.seenAt) }
            entries[kind] = nil
        }
    }
}
