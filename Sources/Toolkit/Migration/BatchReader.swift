internal import Foundation

/// Reads ahead: while one batch is written, a thread fetches the next. Never more than two batches are in memory.
final class BatchReader: @unchecked Sendable {
    struct Batch {
        var lines: [UInt8]
        var rows: Int
    }

    private let source: any RowSource
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
        var goesOn = true
        while goesOn {
            let result = Result { try fetch() }
            condition.lock()
            while ready != nil, !isStopped { condition.wait() }
            ready = result
            if case .success(.some) = result, !isStopped { goesOn = true } else { goesOn = false }
            hasEnded = !goesOn
            condition.broadcast()
            condition.unlock()
        }
    }

    private func fetch() throws -> Batch? {
        var lines: [UInt8] = []
        lines.reserveCapacity(batchBytes + (batchBytes >> 3))
        let rows = try source.read(into: &lines, limitBytes: batchBytes)
        return rows == 0 ? nil : Batch(lines: lines, rows: rows)
    }

    /// Nil at the end.
    func next() throws -> Batch? {
        condition.lock()
        defer { condition.unlock() }
        while ready == nil { condition.wait() }
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
