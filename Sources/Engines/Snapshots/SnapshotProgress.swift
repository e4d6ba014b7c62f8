import Synchronization

/// Counts bytes, tells percents.
final class SnapshotProgress: Sendable {
    private let total: Int64
    private let done = Atomic<Int64>(0)
    private let report: @Sendable (Int) -> Void

    init(total: Int64, report: @escaping @Sendable (Int) -> Void) {
        self.total = max(1, total)
        self.report = report
    }

    func advance(_ bytes: Int64) {
        let sum = done.add(bytes, ordering: .relaxed).newValue
        report(Int(min(99, sum * 100 / total)))
    }
}
