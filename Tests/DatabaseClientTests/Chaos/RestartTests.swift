import Foundation
import Synchronization
import Testing

@testable import DatabaseClient

/// What the writers know about their rows.
private struct Book: Sendable {
    var acknowledged: Set<Int> = []
    var unknown: Set<Int> = []
    var refused: [String] = []
    var isOver = false
    private var last = 0

    /// The next row's number; nil when it is over.
    mutating func next() -> Int? {
        guard !isOver else { return nil }
        last += 1
        return last
    }
}

private final class SharedBook: Sendable {
    let mutex = Mutex(Book())
    func withLock<Value: Sendable>(_ body: (inout Book) -> Value) -> Value { mutex.withLock { body(&$0) } }
}

/// Writers that go on while the server is killed and comes back: no acknowledged row is lost, none is there twice.
private struct Storm {
    let url: DatabaseURL
    let kill: () async throws -> Void
    let start: () async throws -> Void

    func run() async throws {
        var configuration = DatabaseConfiguration(url)
        configuration.pool.acquireTimeout = .seconds(60)
        try await withDatabase(configuration) { db in
            try await db.execute("CREATE TABLE rows_ (id int)")
            try await db.execute("CREATE TABLE balance (n int)")
            try await db.execute("INSERT INTO balance VALUES (0)")
            let book = SharedBook()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        // A server that does not come back cancels the group: that too is the end.
                        while !Task.isCancelled, let id = book.withLock({ $0.next() }) {
                            await Self.write(db, id, book, inTransaction: writer % 2 == 0)
                        }
                    }
                }
                for _ in 0..<4 {
                    try await rowsAreWritten(book)
                    try await kill()
                    try await start()
                }
                try await rowsAreWritten(book)
                book.withLock { $0.isOver = true }
                try await group.waitForAll()
            }
            try await audit(db, book.withLock { $0 })
        }
    }

    private func rowsAreWritten(_ book: SharedBook) async throws {
        let before = book.withLock { $0.acknowledged.count }
        try await eventually("rows are written") { book.withLock { $0.acknowledged.count } > before + 200 }
    }

    private static func write(_ db: Database, _ id: Int, _ book: SharedBook, inTransaction: Bool) async {
        do {
            if inTransaction {
                try await db.transaction { tx in
                    try await tx.execute("INSERT INTO rows_ VALUES (\(id))")
                    try await tx.execute("UPDATE balance SET n = n + 1")
                }
            } else {
                try await db.execute("INSERT INTO rows_ VALUES (\(id))")
            }
            book.withLock { _ = $0.acknowledged.insert(id) }
        } catch DatabaseError.outcomeUnknown {
            book.withLock { _ = $0.unknown.insert(id) }
        } catch {
            book.withLock { $0.refused.append("\(error)") }
        }
    }

    private func audit(_ db: Database, _ book: Book) async throws {
        let ids = try await db.query("SELECT id FROM rows_", as: Int.self)
        let present = Set(ids)
        #expect(present.count == ids.count, "a row is there twice")
        #expect(book.acknowledged.subtracting(present).isEmpty, "an acknowledged row is lost")
        #expect(present.subtracting(book.acknowledged).isSubset(of: book.unknown), "a row that failed is there")
        let even = try await db.first("SELECT n FROM balance", as: Int.self)
        #expect(even ?? 0 <= ids.count)
        print(
            "      \(url.engine): \(book.acknowledged.count) acknowledged, \(book.unknown.count) unknown "
                + "(\(book.unknown.intersection(present).count) of them written), \(book.refused.count) refused "
                + Set(book.refused).prefix(3).joined(separator: " | "))
    }
}

@Suite("Servers that die under load", .serialized, .timeLimit(.minutes(5)))
struct RestartTests {
    @Test(.enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"))
    func postgreSQL() async throws {
        try await TestPostgreSQL.with { server in
            let signals = Mutex([SIGKILL, SIGQUIT, SIGINT, SIGKILL])
            try await Storm(
                url: server.url, kill: { try await server.server.end(signals.withLock { $0.popLast() ?? SIGKILL }) },
                start: { try await server.start() }
            ).run()
        }
    }

    @Test(.enabled(if: TestMariaDB.isInstalled, "MariaDB is not installed"))
    func mariaDB() async throws {
        try await TestMariaDB.with { server in
            try await Storm(url: server.url, kill: { try await server.server.end(SIGKILL) }, start: { try await server.start() })
                .run()
        }
    }

    @Test(
        "A connection lost in a transaction undoes it, and the transaction runs again",
        .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"))
    func lostInTransaction() async throws {
        try await TestPostgreSQL.with { server in
            try await withDatabase(server.configuration()) { db in
                try await db.execute("CREATE TABLE l (id int)")
                let attempts = Mutex(0)
                try await db.transaction { tx in
                    let attempt = attempts.withLock { count in
                        count += 1
                        return count
                    }
                    try await tx.execute("INSERT INTO l VALUES (\(attempt))")
                    if attempt == 1 {
                        let pid = try await tx.first("SELECT pg_backend_pid()", as: Int.self)
                        try await db.execute("SELECT pg_terminate_backend(\(pid)::int)")
                        try await tx.execute("INSERT INTO l VALUES (100)")
                    }
                }
                #expect(try await db.query("SELECT id FROM l", as: Int.self) == [2])
                // Without another try the error says that nothing was written.
                let error = await #expect(throws: DatabaseError.self) {
                    try await db.transaction(retries: 0) { tx in
                        let pid = try await tx.first("SELECT pg_backend_pid()", as: Int.self)
                        try await db.execute("SELECT pg_terminate_backend(\(pid)::int)")
                        try await tx.execute("INSERT INTO l VALUES (200)")
                    }
                }
                guard case .connectionLost = error else { throw TestFailure("\(String(describing: error))") }
                #expect(try await db.query("SELECT id FROM l", as: Int.self) == [2])
            }
        }
    }

    @Test(
        "A write whose answer is lost is reported as unknown, and not repeated",
        .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"))
    func unknownOutcome() async throws {
        try await TestPostgreSQL.with { server in
            try await withDatabase(server.configuration()) { db in
                try await db.execute("CREATE TABLE u (id int)")
                let error = await #expect(throws: DatabaseError.self) {
                    try await db.query("INSERT INTO u SELECT 1 FROM pg_terminate_backend(pg_backend_pid())")
                }
                guard case .outcomeUnknown = error else { throw TestFailure("\(String(describing: error))") }
                #expect(try await db.first("SELECT count(*) FROM u", as: Int.self) == 0)
            }
        }
    }

    @Test(
        "A writer that takes no writes any more is left, and the write waits for one that does",
        .enabled(if: TestMariaDB.isInstalled, "MariaDB is not installed"))
    func demotion() async throws {
        try await TestMariaDB.with { server in
            try await withDatabase(DatabaseConfiguration(server.url)) { root in
                try await root.execute("CREATE USER app@localhost IDENTIFIED BY 'p'")
                try await root.execute("GRANT ALL ON test.* TO app@localhost")
                try await root.execute("CREATE TABLE d (id int)")
                var configuration = DatabaseConfiguration(server.url)
                configuration.credentials = StaticCredentials(user: "app", password: "p")
                try await withDatabase(configuration) { try await demote($0, root) }
            }
        }
    }

    private func demote(_ db: Database, _ root: Database) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { _ = try await db.query("SELECT SLEEP(0.1)") } }
            try await group.waitForAll()
        }
        #expect(db.poolCounts.open > 1)
        try await root.execute("SET GLOBAL read_only = 1")
        let write = Task { try await db.execute("INSERT INTO d VALUES (1)") }
        try await eventually("all connections are given up") { db.poolCounts.open <= 1 && db.poolCounts.waiting == 1 }
        try await root.execute("SET GLOBAL read_only = 0")
        #expect(try await write.value == 1)
        #expect(try await db.query("SELECT id FROM d", as: Int.self) == [1])
    }
}
