/// How fresh a read must be.
public enum ReadConsistency: Sendable, Equatable {
    /// Any replica within `DatabaseConfiguration.lagLimit`.
    case any
    /// What this `Database` wrote must be seen: a replica that is known to have it, else the writer.
    case ownWrites
}

/// Which replica a read goes to. A value: observations go in, with their instants; indices come out.
struct ReplicaRouter: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What the writer said it had written, when it was asked.
    struct Sample: Sendable, Equatable {
        var at: Instant
        var position: ReplicationPosition
    }

    struct Replica: Sendable, Equatable {
        var isUp = false
        /// It has all that the writer had at this instant; nil when that cannot be known.
        var caughtUpTo: Instant?
    }

    static let samplesMax = 64

    let lagLimit: Duration
    /// Replicas whose lag differs by less are as good as each other: it is not known any better.
    let tolerance: Duration
    var replicas: [Replica]
    private(set) var samples: [Sample] = []
    private(set) var lastWriteAt: Instant?
    private var turn = 0

    init(count: Int, lagLimit: Duration, tolerance: Duration) {
        self.lagLimit = lagLimit
        self.tolerance = tolerance
        replicas = Array(repeating: Replica(), count: count)
    }

    /// The instants of two tasks may come in either order.
    mutating func wrote(at now: Instant) { lastWriteAt = max(lastWriteAt ?? now, now) }

    /// - Parameter at: just before the writer was asked.
    mutating func sampled(_ position: ReplicationPosition, at: Instant) {
        samples.append(Sample(at: at, position: position))
        if samples.count > Self.samplesMax { samples.removeFirst() }
    }

    /// A replica answered; its position is nil when it cannot say.
    mutating func answered(_ index: Int, _ position: ReplicationPosition?) {
        replicas[index].isUp = true
        guard let position else {
            replicas[index].caughtUpTo = nil
            return
        }
        if let newest = samples.last(where: { $0.position <= position }) { replicas[index].caughtUpTo = newest.at }
    }

    mutating func failed(_ index: Int) { replicas[index].isUp = false }

    /// How far behind, measured up to the last time that the writer was asked; nil when that cannot be known.
    func lag(_ index: Int) -> Duration? {
        guard let caughtUp = replicas[index].caughtUpTo, let last = samples.last else { return nil }
        return max(.zero, last.at - caughtUp)
    }

    /// The replica whose turn it is among the least behind; nil sends the read to the writer.
    mutating func choose(_ consistency: ReadConsistency, excluding tried: Set<Int> = []) -> Int? {
        let usable = replicas.indices.filter { !tried.contains($0) && isUsable($0, consistency) }
        guard let least = usable.map({ lag($0) ?? lagLimit }).min() else { return nil }
        let best = usable.filter { (lag($0) ?? lagLimit) <= least + tolerance }
        turn += 1
        return best[turn % best.count]
    }

    private func isUsable(_ index: Int, _ consistency: ReadConsistency) -> Bool {
        let replica = replicas[index]
        guard replica.isUp else { return false }
        if let lag = lag(index), lag > lagLimit { return false }
        guard consistency == .ownWrites, let lastWriteAt else { return true }
        // The position of that instant was asked for afterwards, so it includes the write.
        return replica.caughtUpTo.map { $0 > lastWriteAt } ?? false
    }
}

/// How far a server's history goes: a place in PostgreSQL's log, or MariaDB's last transaction of each domain.
enum ReplicationPosition: Sendable, Equatable {
    case lsn(UInt64)
    case gtid([UInt32: UInt64])

    /// Nil for a text that tells nothing (no binary log).
    init?(_ text: String, _ engine: DatabaseEngine) {
        if engine == .postgresql {
            guard let number = UInt64(text) else { return nil }
            self = .lsn(number)
            return
        }
        var domains: [UInt32: UInt64] = [:]
        for one in text.split(separator: ",") {
            let parts = one.split(separator: "-")
            guard parts.count == 3, let domain = UInt32(parts[0]), let sequence = UInt64(parts[2]) else { return nil }
            domains[domain] = sequence
        }
        guard !domains.isEmpty else { return nil }
        self = .gtid(domains)
    }

    /// Whether `b` has everything that `a` has.
    static func <= (a: ReplicationPosition, b: ReplicationPosition) -> Bool {
        switch (a, b) {
        case (.lsn(let a), .lsn(let b)): a <= b
        case (.gtid(let a), .gtid(let b)): a.allSatisfy { b[$0.key, default: 0] >= $0.value }
        default: false
        }
    }
}
