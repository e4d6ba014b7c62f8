internal import Metrics

/// What a pool reports through swift-metrics.
struct PoolMetrics: Sendable {
    private let wait: Timer
    private let failures: Counter
    private let open: Gauge
    private let leased: Gauge
    private let waiting: Gauge

    /// - Parameter name: which pool: `writer`, or the reader's place.
    init(_ name: String) {
        wait = Timer(label: "database.pool.wait", dimensions: [("pool", name)])
        failures = Counter(label: "database.pool.connect.failures", dimensions: [("pool", name)])
        open = Gauge(label: "database.pool.connections", dimensions: [("pool", name), ("state", "open")])
        leased = Gauge(label: "database.pool.connections", dimensions: [("pool", name), ("state", "leased")])
        waiting = Gauge(label: "database.pool.waiting", dimensions: [("pool", name)])
    }

    /// Told whenever somebody had to wait, and when time passed; not for each use.
    func counted(_ counts: (open: Int, leased: Int, waiting: Int)) {
        open.record(counts.open)
        leased.record(counts.leased)
        waiting.record(counts.waiting)
    }

    func waited(_ duration: Duration) { wait.record(duration: duration) }
    func connectFailed() { failures.increment() }
}
