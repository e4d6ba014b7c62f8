/// How many lines may be logged about what strangers do: a flood of bad clients must not become a flood of log lines.
///
/// A bucket of lines that fills up with time. What was left out is counted, and told with the next line.
struct LogBudget {
    private let capacity: UInt64
    private let nanosecondsPerLine: UInt64
    private var tokens: UInt64
    private var filledAt: UInt64
    private(set) var suppressed = 0

    init(burst: Int = 50, perSecond: Int = 10, now: UInt64) {
        capacity = UInt64(burst)
        nanosecondsPerLine = 1_000_000_000 / UInt64(perSecond)
        tokens = capacity
        filledAt = now
    }

    /// Whether a line may be logged; and if so, how many were left out before it.
    mutating func take(now: UInt64) -> (allowed: Bool, suppressed: Int) {
        let earned = (now - filledAt) / nanosecondsPerLine
        tokens = min(capacity, tokens + earned)
        filledAt += earned * nanosecondsPerLine
        guard tokens > 0 else {
            suppressed += 1
            return (false, 0)
        }
        tokens -= 1
        defer { suppressed = 0 }
        return (true, suppressed)
    }
}
