internal import Foundation

/// Reads ahead: while one batch is written, a thread fetches the next. Never more than two batches are in memory.
final class BatchReader: @unchecked Sendable {
    struct Batch {
        var lines: [UInt8]
        var rows: Int
    }

    /// The thread's own after `init`.
    private var source: (any RowSource)?
    private let batchBytes: Int
    private let condition = NSCondition()
    /// Guarded by `condition`.
    private var ready: Result<Batch?, any Error>?
    private var isStopped = false
    private var hasEnded = false

    init(_ source: any RowSource, batchBytes: Int) {
        self.source = source
        self.batchBytes = batchBytes
        let thread = Thread { [self] in read() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func read() {
        while offer(Result { try fetch() }) {}
        // Here, and before the end is told: afterwards the session is another thread's, and may be closed.
        source?.close()
        source = nil
        condition.lock()
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    /// False when nothing more is to be fetched.
    private func offer(_ result: Result<Batch?, any Error>) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while ready != nil, !isStopped { condition.wait() }
        ready = result
        condition.broadcast()
        if case .success(.some) = result { return !isStopped }
        return false
    }

    private func fetch() throws -> Batch? {
        guard let source else { return nil }
        var lines: [UInt8] = []
        lines.reserveCapacity(batchBytes + (batchBytes >> 3))
        let rows = try source.read(into: &lines, limitBytes: batchBytes)
        return rows == 0 ? nil : Batch(lines: lines, rows: rows)
    }

    /// Nil at the end.
    func next() throws -> Batch? {
        condition.lock()
        defer { condition.unlock() }
        while ready == nil, !hasEnded { condition.wait() }
        let result = ready
        ready = nil
        condition.broadcast()
        return try result?.get()
    }

    /// Waits for the thread, so that the session is nobody else's afterwards.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        while !hasEnded { condition.wait() }
        condition.unlock()
    }
}
