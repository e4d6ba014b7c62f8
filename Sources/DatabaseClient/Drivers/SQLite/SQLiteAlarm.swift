internal import GRDB
internal import Synchronization

/// Interrupts what takes too long in a file.
///
/// An interruption only meets a statement that runs. One that waits for its turn would never end, so the alarm rings until
/// somebody has heard it.
final class SQLiteAlarm: Sendable {
    private struct State {
        var hasRung = false
        var isOver = false
    }

    private static let pause = Duration.milliseconds(20)

    private let state = Mutex(State())
    private let queue: DatabaseQueue

    init(_ queue: DatabaseQueue) { self.queue = queue }

    var hasRung: Bool { state.withLock { $0.hasRung } }

    /// - Throws: `CancellationError`.
    func ring(after limit: Duration) async throws {
        try await Task.sleep(for: limit)
        while ringOnce() { try await Task.sleep(for: Self.pause) }
    }

    private func ringOnce() -> Bool {
        state.withLock { state in
            guard !state.isOver else { return false }
            state.hasRung = true
            queue.interrupt()
            return true
        }
    }

    /// When this returns nothing is interrupted any more: the next statement is not this alarm's business.
    func end() { state.withLock { $0.isOver = true } }
}
