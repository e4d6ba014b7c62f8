internal import Metrics

/// What a pool reports through swift-metrics.
struct PoolMetrics: Sendable {
    private let wait: Timer
    private let failures: Counter

    /// - Parameter name: which pool: `writer`, or the reader's place.
    init(_ name: String) {
        wait = Timer(label: "database.pool.wait", dimensions: [("pool", name)])
        failures = Counter(label: "database.pool.connect.failures", dimensions: [("pool", name)])
    }

    func waited(_ duration: Duration) {
        let parts = duration.components
        wait.recordNanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }

    func connectFailed() { failures.increment() }
}
