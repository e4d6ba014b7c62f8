import DatabaseClient
import Synchronization

/// Tasks that write rows until they are stopped, and know what became of each.
final class Writers: Sendable {
    private struct Book {
        var next = 0
        var acknowledged: Set<Int> = []
        var unknown: Set<Int> = []
        var refused = 0
        var firstRefusal: String?
        var isOver = false
    }
    private let book = Mutex(Book())
    private let db: Database
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ db: Database) { self.db = db }

    func start(_ count: Int) async throws {
        try await db.execute("DROP TABLE IF EXISTS checked")
        try await db.execute("CREATE TABLE checked (id int)")
        let running = Task {
            await withDiscardingTaskGroup { group in
                for number in 0..<count { group.addTask { await self.write(inTransactions: number % 2 == 0) } }
            }
        }
        task.withLock { $0 = running }
    }

    private func write(inTransactions: Bool) async {
        while let id = next() {
            do {
                if inTransactions {
                    try await db.write { try await $0.execute("INSERT INTO checked VALUES (\(id))") }
                } else {
                    try await db.execute("INSERT INTO checked VALUES (\(id))")
                }
                book.withLock { _ = $0.acknowledged.insert(id) }
            } catch DatabaseError.outcomeUnknown {
                book.withLock { _ = $0.unknown.insert(id) }
            } catch {
                book.withLock {
                    $0.refused += 1
                    $0.firstRefusal = $0.firstRefusal ?? "\(error)"
                }
                // A server that is gone refuses at once; an app would not ask it as fast as it can either.
                do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
            }
        }
    }

    private func next() -> Int? {
        book.withLock { book in
            guard !book.isOver else { return nil }
            book.next += 1
            return book.next
        }
    }

    var acknowledged: Int { book.withLock { $0.acknowledged.count } }

    func end() async {
        book.withLock { $0.isOver = true }
        let running = task.withLock { $0 }
        running?.cancel()
        await running?.value
    }

    /// What was acknowledged is there, what is there was not refused, and nothing is there twice.
    func stop() async throws -> String {
        book.withLock { $0.isOver = true }
        await task.withLock { $0 }?.value
        let ids = try await db.query("SELECT id FROM checked", as: Int.self)
        let there = Set(ids)
        return book.withLock { book in
            let lost = book.acknowledged.subtracting(there).count
            let unasked = there.subtracting(book.acknowledged).subtracting(book.unknown).count
            return "\(book.acknowledged.count) acknowledged, \(book.unknown.count) unknown, \(lost) lost, "
                + "\(ids.count - there.count) twice, \(unasked) unasked, \(book.refused) refused"
                + (book.firstRefusal.map { ": \($0)" } ?? "")
        }
    }
}
