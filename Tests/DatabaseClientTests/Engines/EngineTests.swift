import Foundation
import Testing

@testable import DatabaseClient

extension Database {
    var configurationForTests: DatabaseConfiguration { configuration }
}

@Suite(
    "Every engine: PostgreSQL", .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"), .postgreSQL,
    .timeLimit(.minutes(3)))
struct PostgreSQLBatteryTests {
    @Test func battery() async throws { try await withPostgreSQL { try await Battery(db: $0).all() } }

    @Test("Behind a pooler that knows no prepared statements")
    func unprepared() async throws {
        try await withDatabase(try postgreSQL { $0.preparesStatements = false }) { db async throws in
            for _ in 0..<5 { #expect(try await db.first("SELECT \(41) + 1", as: Int.self) == 42) }
            #expect(try await db.first("SELECT count(*) FROM pg_prepared_statements", as: Int.self) == 0)
        }
    }
}

@Suite(
    "Every engine: MariaDB", .enabled(if: TestMariaDB.isInstalled, "MariaDB is not installed"), .mariaDB,
    .timeLimit(.minutes(3)))
struct MariaDBBatteryTests {
    private func mariaDB(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) throws -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(try #require(TestMariaDB.current).url)
        change(&configuration)
        return configuration
    }

    @Test func battery() async throws { try await withDatabase(try mariaDB()) { try await Battery(db: $0).all() } }

    @Test("A cancelled task kills the query on the server")
    func cancellation() async throws {
        try await withDatabase(try mariaDB()) { db in
            let task = Task { try await db.query("SELECT SLEEP(30)") }
            try await eventually("the query runs") { try await TestMariaDB.sleepers(db) == 1 }
            let began = ContinuousClock.now
            task.cancel()
            // SLEEP ends with 1 and no error when it is killed; either way it is over.
            do { _ = try await task.value } catch is CancellationError {}
            #expect(ContinuousClock.now - began < .seconds(10))
            try await eventually("the query ends") { try await TestMariaDB.sleepers(db) == 0 }
        }
    }

    @Test("A statement that takes too long is ended")
    func timeout() async throws {
        try await withDatabase(try mariaDB { $0.statementTimeout = .milliseconds(300) }) { db async throws in
            let began = ContinuousClock.now
            await #expect(throws: DatabaseError.self) {
                try await db.query("SELECT count(*) FROM mysql.help_topic a, mysql.help_topic b, information_schema.columns c")
            }
            #expect(ContinuousClock.now - began < .seconds(10))
            try await eventually("it answers again") {
                // A busy machine may take longer than that for anything.
                do { return try await db.first("SELECT 1", as: Int.self) == 1 } catch DatabaseError.timedOut { return false }
            }
        }
    }

    @Test("A connection that a task still uses after its closure goes to nobody else")
    func outlived() async throws {
        let one = try mariaDB {
            $0.pool.maximum = 1
            $0.pool.overflow = 0
        }
        try await withDatabase(one) { watcher in
            #expect(try await watcher.first("SELECT GET_LOCK('outlived', 0)", as: Int.self) == 1)
            try await withDatabase(one) { db in
                let (session, late) = try await db.withConnection { connection in
                    let session = try await connection.first("SELECT CONNECTION_ID()", as: Int.self)
                    let late = Task { try await connection.query("SELECT GET_LOCK('outlived', 600)").count }
                    try await eventually("it runs") {
                        try await watcher.first(
                            """
                            SELECT count(*) FROM information_schema.processlist
                            WHERE id = \(session) AND info LIKE 'SELECT GET_LOCK%'
                            """, as: Int.self) == 1
                    }
                    return (session, late)
                }
                #expect(try await db.first("SELECT CONNECTION_ID()", as: Int.self) != session)
                #expect(try await watcher.first("SELECT RELEASE_LOCK('outlived')", as: Int.self) == 1)
                #expect(try await late.value == 1)
            }
        }
    }

    @Test("Numbers of every width, unsigned and decimal")
    func numbers() async throws {
        try await withDatabase(try mariaDB()) { db in
            try await db.execute(
                "CREATE TABLE n (a tinyint, b bigint unsigned, c decimal(30,10), d float, e date, f bit(9), g json, h year)")
            try await db.execute(
                """
                INSERT INTO n VALUES (-128, 18446744073709551615, 12345678901234567890.0123456789, 0.5, '2026-01-02',
                    b'100000001', '{"a": [1]}', 2026)
                """)
            let row = try #require(try await db.query("SELECT * FROM n").first)
            #expect(row["a"] == .int(-128) && row["b"] == .text("18446744073709551615") && row["d"] == .double(0.5))
            #expect(row["c"] == .text("12345678901234567890.0123456789") && row["h"] == .int(2026))
            #expect(try row.decode("b", as: UInt64.self) == .max)
            #expect(try row.decode("e", as: Date.self) == Date(timeIntervalSince1970: 1_767_312_000))
            #expect(row["f"] == .bytes([1, 1]) && row["g"] == .text(#"{"a": [1]}"#))
        }
    }
}

@Suite("Every engine: SQLite", .timeLimit(.minutes(3)))
struct SQLiteBatteryTests {
    private func withFile<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        let directory = NSTemporaryDirectory() + "dc-sqlite-\(UUID().uuidString.prefix(8))"
        defer { do { try FileManager.default.removeItem(atPath: directory) } catch { Issue.record(error) } }
        return try await withDatabase(DatabaseConfiguration(.sqlite(path: directory + "/volumes/x.db")), body)
    }

    @Test func battery() async throws { try await withFile { try await Battery(db: $0).all() } }

    @Test("In memory there is one database, not one for each connection", arguments: [DatabaseURL.memory, nil])
    func memory(path: String?) async throws {
        try await withDatabase(DatabaseConfiguration(DatabaseURL(engine: .sqlite, database: path))) { db in
            try await db.execute("CREATE TABLE m (a int)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 { group.addTask { try await db.execute("INSERT INTO m VALUES (\(index))") } }
                try await group.waitForAll()
            }
            #expect(try await db.first("SELECT count(*) FROM m", as: Int.self) == 20)
            await #expect(throws: DatabaseError.self) { try await db.read { try await $0.execute("INSERT INTO m VALUES (20)") } }
            #expect(try await db.read { try await $0.first("SELECT count(*) FROM m", as: Int.self) } == 20)
            #expect(try await db.execute("DELETE FROM m") == 20)
        }
    }

    private static let endless: SQL = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"

    private func inMemory(statementTimeout: Duration? = nil) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(.sqlite(path: DatabaseURL.memory))
        if let statementTimeout { configuration.statementTimeout = statementTimeout }
        return configuration
    }

    @Test("A session in memory that cannot be made to write again is given up")
    func stuckReader() async throws {
        try await withDatabase(inMemory(statementTimeout: .seconds(5))) { db in
            let error = await #expect(throws: DatabaseError.self) {
                try await db.read { connection in
                    _ = Task { try await connection.query(Self.endless) }
                    try await Task.sleep(for: .seconds(1))
                }
            }
            guard case .misuse = error else { throw TestFailure("\(String(describing: error))") }
            try await db.execute("CREATE TABLE m (a int)")
            #expect(try await db.execute("INSERT INTO m VALUES (1)") == 1)
        }
    }

    @Test("Writers wait for each other")
    func writers() async throws {
        try await withFile { db in
            try await db.execute("CREATE TABLE w (n int)")
            try await db.execute("INSERT INTO w VALUES (0)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await db.transaction { tx in
                            let n = try await tx.first("SELECT n FROM w", as: Int.self) ?? 0
                            try await tx.execute("UPDATE w SET n = \(n + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await db.first("SELECT n FROM w", as: Int.self) == 50)
        }
    }

    @Test("Writers wait for each other for parts of a second too")
    func shortWait() async throws {
        try await withFile { first in
            try await first.execute("CREATE TABLE w (n int)")
            var configuration = first.configurationForTests
            configuration.pool.acquireTimeout = .milliseconds(900)
            try await withDatabase(configuration) { second in
                try await open(second)
                let waiting = try await first.transaction { tx in
                    try await tx.execute("INSERT INTO w VALUES (1)")
                    let waiting = Task { try await second.execute("INSERT INTO w VALUES (2)") }
                    try await Task.sleep(for: .milliseconds(100))
                    return waiting
                }
                // A disk that takes longer than that to write the first is no fault of the second's patience.
                do { #expect(try await waiting.value == 1) } catch let error as DatabaseError where error.serverError?.code == 5 {
                }
                #expect(try await second.first("PRAGMA busy_timeout", as: Int.self) == 900)
            }
        }
    }

    /// Opening the file may take longer than that on a busy machine.
    private func open(_ database: Database) async throws {
        for _ in 0..<20 {
            do {
                _ = try await database.query("SELECT 1")
                return
            } catch DatabaseError.poolExhausted { continue }
        }
        Issue.record("the file could not be opened")
    }

    @Test("A statement that another connection's change of the table has overtaken")
    func changedElsewhere() async throws {
        try await withFile { first in
            try await first.execute("CREATE TABLE c (a int, b int)")
            try await first.execute("INSERT INTO c VALUES (1, 2)")
            try await withDatabase(first.configurationForTests) { second in
                let all: SQL = "SELECT * FROM c"
                #expect(try await second.query(all).columns == ["a", "b"])
                try await first.execute("ALTER TABLE c DROP COLUMN a")
                let fewer = try await second.query(all)
                #expect(fewer.columns == ["b"] && fewer.first?["b"] == .int(2))
                try await first.execute("ALTER TABLE c ADD COLUMN d int DEFAULT 3")
                let more = try await second.query(all)
                #expect(more.columns == ["b", "d"] && more.first?["d"] == .int(3))
                try await first.execute("ALTER TABLE c RENAME COLUMN b TO e")
                #expect(try await second.query(all).columns == ["e", "d"])
                // What writes is not done twice.
                #expect(try await second.query("INSERT INTO c VALUES (4, 5) RETURNING *").columns == ["e", "d"])
                try await first.execute("ALTER TABLE c DROP COLUMN e")
                #expect(try await second.execute("INSERT INTO c (d) VALUES (6)") == 1)
                #expect(try await second.first("SELECT count(*) FROM c", as: Int.self) == 3)
            }
        }
    }

    @Test("A query that takes too long is interrupted, and so is a cancelled one")
    func interruption() async throws {
        try await withDatabase(inMemory(statementTimeout: .milliseconds(200))) { db in
            let error = await #expect(throws: DatabaseError.self) { try await db.query(Self.endless) }
            guard case .timedOut = error else { throw TestFailure("\(String(describing: error))") }
        }
        try await withDatabase(inMemory()) { db in
            let task = Task { try await db.query(Self.endless) }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(try await db.first("SELECT 1", as: Int.self) == 1)
        }
    }
}
