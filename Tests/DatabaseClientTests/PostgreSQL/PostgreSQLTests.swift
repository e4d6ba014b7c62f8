import DatabaseClient
import Foundation
import Testing

@Suite(
    "PostgreSQL", .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"), .postgreSQL,
    .timeLimit(.minutes(3)))
struct PostgreSQLTests {
    @Test("Values come back as they went, whatever they hold")
    func values() async throws {
        try await withPostgreSQL { db in
            try await db.execute(
                "CREATE TABLE v (i bigint, d float8, b boolean, t text, x bytea, at timestamptz, u uuid, n numeric, j jsonb)")
            let id = UUID()
            let at = Date(timeIntervalSince1970: 1_700_000_000.123456)
            let text = "'; DROP TABLE v; -- \\ \t ü🐦 $1"
            let bytes: [UInt8] = [0, 255, 10, 92]
            for _ in 0..<5 {  // from the third on as a prepared statement
                try await db.execute(
                    """
                    INSERT INTO v VALUES (\(Int64.min), \(-0.5), \(true), \(text), \(bytes), \(at), \(id), \
                    \(Decimal(string: "1.10") ?? 0), \(try JSONText(encoding: ["a": 1])))
                    """)
            }
            struct Value: Decodable, Equatable {
                var i: Int64, d: Double, b: Bool, t: String, x: Data, at: Date, u: UUID, n: Decimal, j: JSONText
            }
            let values = try await db.query("SELECT * FROM v", as: Value.self)
            #expect(values.count == 5)
            let value = try #require(values.first)
            #expect(value.i == .min && value.d == -0.5 && value.b && value.t == text && value.x == Data(bytes))
            #expect(abs(value.at.timeIntervalSince(at)) < 0.000_001 && value.u == id && value.n.description == "1.1")
            #expect(value.j.text == #"{"a": 1}"#)
            let none: String? = nil
            let row = try #require(try await db.query("SELECT \(none) AS a, 2 AS b").first)
            #expect(row["a"] == .null && row["b"] == .int(2) && row["c"] == nil)
            #expect(try row.decode("a", as: Int?.self) == nil)
            #expect(throws: DatabaseError.self) { _ = try row.decode("a", as: Int.self) }
        }
    }

    @Test("The database makes the JSON, in the order of the query; none is [] and {}")
    func json() async throws {
        try await withPostgreSQL { db in
            try await db.execute("CREATE TABLE a (id int PRIMARY KEY, display_name text)")
            #expect(try await db.jsonArray("SELECT * FROM a").text == "[]")
            #expect(try await db.jsonObject("SELECT * FROM a").text == "{}")
            try await db.execute("INSERT INTO a VALUES (1, 'x'), (2, \("\"quoted\""))")
            let array = try await db.jsonArray("SELECT * FROM a WHERE id > \(0) ORDER BY id DESC")
            #expect(array.text == #"[{"id":2,"display_name":"\"quoted\""},{"id":1,"display_name":"x"}]"#)
            #expect(array.rowCount == 2)
            #expect(try await db.jsonObject("SELECT * FROM a ORDER BY id").text == #"{"id":1,"display_name":"x"}"#)
        }
    }

    @Test("Errors have their SQLSTATE, and the connection goes on")
    func errors() async throws {
        try await withPostgreSQL { db in
            let error = await #expect(throws: DatabaseError.self) { try await db.execute("SELEC 1") }
            #expect(error?.sqlState == "42601" && error?.serverError?.position == 1)
            try await db.execute("CREATE TABLE k (id int PRIMARY KEY)")
            try await db.execute("INSERT INTO k VALUES (1)")
            let twice = await #expect(throws: DatabaseError.self) { try await db.execute("INSERT INTO k VALUES (1)") }
            #expect(twice?.serverError?.isUniqueViolation == true && twice?.serverError?.constraint == "k_pkey")
            #expect(try await db.first("SELECT count(*) FROM k", as: Int.self) == 1)
            await #expect(throws: DatabaseError.self) { try await db.execute("SELECT \("a\0b")") }
            #expect(db.poolCounts.open == 1)
        }
    }

    @Test("A cancelled task cancels the query on the server, soon, and the connection is used again")
    func cancellation() async throws {
        try await withDatabase(try postgreSQL { $0.pool.maximum = 1 }) { db in
            _ = try await db.query("SELECT 1")
            let began = ContinuousClock.now
            let task = Task { try await db.query("SELECT pg_sleep(30), 'cancel me'") }
            try await eventually("the query runs") { try await sleepers("cancel me") == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(ContinuousClock.now - began < .seconds(10))
            try await eventually("the query ends") { try await sleepers("cancel me") == 0 }
            for _ in 0..<50 { #expect(try await db.first("SELECT 1", as: Int.self) == 1) }
            #expect(db.poolCounts.open == 1)
        }
    }

    private func sleepers(_ mark: String) async throws -> Int? {
        try await withPostgreSQL { other in
            try await other.first(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE state = 'active' AND query LIKE \("%" + mark + "%") AND pid <> pg_backend_pid() AND query NOT LIKE '%LIKE%'
                """)
        }
    }

    @Test("A statement that takes too long is cancelled")
    func timeout() async throws {
        try await withDatabase(try postgreSQL { $0.statementTimeout = .milliseconds(200) }) { db in
            let error = await #expect(throws: DatabaseError.self) { try await db.query("SELECT pg_sleep(30)") }
            guard case .timedOut = error else { throw TestFailure("\(String(describing: error))") }
            try await eventually("it answers again") {
                // A busy machine may take longer than that for anything.
                do { return try await db.first("SELECT 1", as: Int.self) == 1 } catch DatabaseError.timedOut { return false }
            }
        }
    }

    @Test("A changed table does not break prepared statements")
    func stalePlan() async throws {
        try await withDatabase(try postgreSQL { $0.pool.maximum = 1 }) { db in
            try await db.execute("CREATE TABLE s (a int)")
            for _ in 0..<5 { _ = try await db.query("SELECT * FROM s") }
            try await db.execute("ALTER TABLE s ADD COLUMN b text")
            for _ in 0..<5 { #expect(try await db.query("SELECT * FROM s").columns == ["a", "b"]) }
        }
    }

    @Test("COPY takes whatever values hold; a bad row undoes all")
    func bulk() async throws {
        try await withPostgreSQL { db in
            try await db.execute("CREATE TABLE c (id int, t text, x bytea)")
            let rows: [[SQLValue]] = (0..<10_000).map { [.int($0), .text("a\tb\\c\n\($0)\r"), .bytes([0, 9, 92])] }
            let count = try await db.transaction { try await $0.insert(rows, into: "c", columns: ["id", "t", "x"]) }
            #expect(count == 10_000)
            #expect(try await db.first("SELECT t FROM c WHERE id = 7", as: String.self) == "a\tb\\c\n7\r")
            #expect(try await db.first("SELECT encode(x, 'hex') FROM c WHERE id = 7", as: String.self) == "00095c")
            let bad = await #expect(throws: DatabaseError.self) {
                try await db.transaction { tx in
                    try await tx.insert(
                        [[.int(1), .null, .null], [.text("x"), .null, .null]], into: "c", columns: ["id", "t", "x"])
                }
            }
            #expect(bad?.sqlState == "22P02")
            await #expect(throws: DatabaseError.self) {
                try await db.transaction { try await $0.insert([[.int(1)]], into: "c", columns: ["id", "t"]) }
            }
            #expect(try await db.first("SELECT count(*) FROM c", as: Int.self) == 10_000)
        }
    }
}
