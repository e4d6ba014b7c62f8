/// How long an address waits before its next login on a route, after failures there. Pure and bounded.
///
/// The first failures cost nothing: people mistype, and applications start with an old password. Then the wait doubles up to a
/// few seconds. A success forgives the failures of that user; a minute without failure forgives all.
struct LoginPenalties {
    private struct Place: Hashable {
        var route: String
        var source: SourceAddress
    }

    private struct Record {
        /// Failures in a row by user; the names are few, because a wait begins at `freeFailures` in all.
        var failures: [String: Int] = [:]
        var total = 0
        var lastAt: UInt64 = 0
    }

    static let freeFailures = 5
    static let first: UInt64 = 250_000_000
    static let longest: UInt64 = 4_000_000_000
    static let forgottenAfter: UInt64 = 60_000_000_000
    /// Users remembered by name for one address; the failures of others are forgiven by time alone.
    static let usersOfAnAddress = 16

    private let limit: Int
    private var records: [Place: Record] = [:]

    init(limit: Int = 4_096) { self.limit = limit }

    var count: Int { records.count }

    mutating func failed(route: String, user: String, source: SourceAddress, now: UInt64) {
        let place = Place(route: route, source: source)
        var record = records[place] ?? Record()
        if now.elapsed(since: record.lastAt) >= Self.forgottenAfter { record = Record() }
        if record.failures[user] != nil || record.failures.count < Self.usersOfAnAddress {
            record.failures[user, default: 0] += 1
        }
        record.total += 1
        record.lastAt = max(record.lastAt, now)
        records[place] = record
        if records.count > limit { forgetOldest() }
    }

    mutating func succeeded(route: String, user: String, source: SourceAddress) {
        guard !records.isEmpty else { return }
        let place = Place(route: route, source: source)
        guard var record = records[place], let forgiven = record.failures.removeValue(forKey: user) else { return }
        record.total -= forgiven
        records[place] = record.total > 0 ? record : nil
    }

    /// Nanoseconds to wait; 0 for none.
    func delay(route: String, source: SourceAddress, now: UInt64) -> UInt64 {
        guard !records.isEmpty, let record = records[Place(route: route, source: source)],
            now.elapsed(since: record.lastAt) < Self.forgottenAfter, record.total >= Self.freeFailures
        else { return 0 }
        return min(Self.longest, Self.first << UInt64(min(record.total - Self.freeFailures, 16)))
    }

    private mutating func forgetOldest() {
        let order = records.sorted { $0.value.lastAt < $1.value.lastAt }
        for (place, _) in order.prefix(max(1, limit / 4)) { records[place] = nil }
    }
}
