import DatabaseClient
import Foundation
import Synchronization
import Testing

/// What holds on every engine. Each part makes tables of its own.
struct Battery {
    let db: Database

    func all() async throws {
        try await values()
        try await json()
        try await changedTable()
        try await changedUnderStatements()
        try await transactions()
        try await endedTransactions()
        try await bulk()
        try await exhaustion()
        try await readOnlyReads()
        try await sameLooks()
        try await sharedReads()
        try await ownExecutor()
        try await injection()
    }

    private struct Person: Decodable, Equatable {
        enum Kind: String, Decodable { case student, teacher }
        var id: Int
        var displayName: String
        var kind: Kind
        var isActive: Bool
        var score: Double?
        var joinedAt: Date
        var photo: Data
    }

    private func values() async throws {
        let blob: SQL = db.engine == .postgresql ? "bytea" : "blob"
        let instant: SQL = db.engine == .mysql ? "datetime(6)" : "timestamp"
        try await db.execute(
            """
            CREATE TABLE people (id int PRIMARY KEY, display_name varchar(100) NOT NULL, kind varchar(10), is_active boolean,
                score double precision, joined_at \(instant), photo \(blob))
            """)
        let joined = Date(timeIntervalSince1970: 1_700_000_000.5)
        let name = "Ü🐦 O'Neil \\ \"x\" ; --"
        let none: Double? = nil
        for id in 1...4 {
            let count = try await db.execute(
                "INSERT INTO people VALUES (\(id), \(name), \("teacher"), \(true), \(none), \(joined), \([UInt8](0...255)))")
            #expect(count == 1)
        }
        let people = try await db.query("SELECT * FROM people ORDER BY id", as: Person.self)
        #expect(people.count == 4)
        #expect(
            people[0]
                == Person(
                    id: 1, displayName: name, kind: .teacher, isActive: true, score: nil, joinedAt: joined,
                    photo: Data(0...255)))
        #expect(try await db.execute("UPDATE people SET score = \(1.5) WHERE id <= \(3)") == 3)
        #expect(try await db.first("SELECT score FROM people WHERE id = \(1)", as: Double.self) == 1.5)
        #expect(try await db.first("SELECT id FROM people WHERE id IN (\(list: [7, 8]))", as: Int.self) == nil)
        let twice = await #expect(throws: DatabaseError.self) {
            try await db.execute("INSERT INTO people (id, display_name) VALUES (1, 'x')")
        }
        #expect(twice?.serverError?.isUniqueViolation == true, "\(String(describing: twice))")
        await #expect(throws: DatabaseError.self) { try await db.execute("INSERT INTO nowhere VALUES (1)") }
    }

    private func json() async throws {
        try await db.execute("CREATE TABLE notes (id int PRIMARY KEY, message varchar(100), likes int)")
        #expect(try await db.jsonArray("SELECT * FROM notes").text == "[]")
        #expect(try await db.jsonObject("SELECT * FROM notes").text == "{}")
        let message = #"says "hi" \ and 'bye'"#
        try await db.execute("INSERT INTO notes VALUES (1, \(message), 7), (2, 'b', NULL), (3, 'c', 9)")
        struct Note: Decodable, Equatable {
            var id: Int
            var message: String
            var likes: Int?
        }
        let array = try await db.jsonArray("SELECT id, message, likes FROM notes WHERE id < \(3) ORDER BY id DESC")
        #expect(
            try array.decode([Note].self) == [Note(id: 2, message: "b", likes: nil), Note(id: 1, message: message, likes: 7)],
            "\(array)")
        #expect(array.rowCount == 2)
        let limited = try await db.jsonArray("SELECT id, message, likes FROM notes ORDER BY id DESC LIMIT 1")
        #expect(try limited.decode([Note].self).map(\.id) == [3])
        let object = try await db.jsonObject("SELECT id, message, likes FROM notes WHERE id >= \(2) ORDER BY id")
        #expect(try object.decode(Note.self) == Note(id: 2, message: "b", likes: nil))
    }

    /// JSON has the columns that a table has by now, whatever they were when the connection saw the query first.
    private func changedTable() async throws {
        try await db.execute("CREATE TABLE changing (id int)")
        try await db.execute("INSERT INTO changing VALUES (1)")
        try await db.withConnection { connection in
            for _ in 0..<5 {
                #expect(try await connection.jsonObject("SELECT * FROM changing").decode([String: Int].self) == ["id": 1])
            }
            try await connection.execute("ALTER TABLE changing ADD COLUMN n int DEFAULT 2")
            #expect(try await connection.jsonObject("SELECT * FROM changing").decode([String: Int].self) == ["id": 1, "n": 2])
            try await connection.execute("ALTER TABLE changing DROP COLUMN id")
            #expect(try await connection.jsonArray("SELECT * FROM changing").decode([[String: Int]].self) == [["n": 2]])
        }
    }

    /// A statement that a connection has prepared answers with the columns that its table has by now, and is performed once.
    private func changedUnderStatements() async throws {
        try await db.execute("CREATE TABLE overtaken (id int)")
        try await db.execute("INSERT INTO overtaken VALUES (1)")
        try await db.withConnection { connection in
            let all: SQL = "SELECT * FROM overtaken"
            let returned: SQL = "INSERT INTO overtaken (id) VALUES (2) RETURNING *"
            func changed(_ change: SQL, _ expected: [String], _ row: [SQLValue]) async throws {
                // Another connection's change, so that this one hears nothing of it before it asks.
                try await db.execute(change)
                let seen = try await connection.query(all)
                #expect(seen.columns == expected, "\(change)")
                #expect(row.indices.map { seen[0][$0] } == row, "\(change)")
                #expect(try await connection.query(returned).columns == expected, "\(change)")
                #expect(try await connection.execute("DELETE FROM overtaken WHERE id = 2") == 1, "\(change)")
            }
            for _ in 0..<5 {
                #expect(try await connection.query(all).columns == ["id"])
                #expect(try await connection.query(returned).columns == ["id"])
                #expect(try await connection.execute("DELETE FROM overtaken WHERE id = 2") == 1)
            }
            try await changed("ALTER TABLE overtaken ADD COLUMN n int DEFAULT 3", ["id", "n"], [.int(1), .int(3)])
            try await changed("ALTER TABLE overtaken RENAME COLUMN n TO m", ["id", "m"], [.int(1), .int(3)])
            let text: SQL = "ALTER TABLE overtaken ADD COLUMN t varchar(10) DEFAULT 'x'"
            try await changed(text, ["id", "m", "t"], [.int(1), .int(3), .text("x")])
            try await changed("ALTER TABLE overtaken DROP COLUMN m", ["id", "t"], [.int(1), .text("x")])
        }
    }

    private struct Undo: Error {}

    private func transactions() async throws {
        try await db.execute("CREATE TABLE t (id int PRIMARY KEY)")
        await #expect(throws: Undo.self) {
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO t VALUES (1)")
                throw Undo()
            }
        }
        try await db.transaction(isolation: db.engine == .sqlite ? nil : .serializable) { tx in
            try await tx.execute("INSERT INTO t VALUES (2)")
            await #expect(throws: (any Error).self) {
                try await tx.savepoint { inner in
                    try await inner.execute("INSERT INTO t VALUES (3)")
                    try await inner.execute("INSERT INTO t VALUES (2)")
                }
            }
            try await tx.savepoint { inner in
                try await inner.execute("INSERT INTO t VALUES (4)")
                try await inner.savepoint { try await $0.execute("INSERT INTO t VALUES (5)") }
            }
        }
        #expect(try await db.query("SELECT id FROM t ORDER BY id", as: Int.self) == [2, 4, 5])
        let task = Task {
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO t VALUES (6)")
                withUnsafeCurrentTask { $0?.cancel() }
                try await tx.execute("INSERT INTO t VALUES (7)")
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await db.first("SELECT count(*) FROM t", as: Int.self) == 3)
    }

    private func endedTransactions() async throws {
        let escaped = try await db.transaction { $0 }
        let error = await #expect(throws: DatabaseError.self) { try await escaped.execute("INSERT INTO t VALUES (9)") }
        guard case .misuse = error else { throw TestFailure("\(String(describing: error))") }
        guard db.engine != .sqlite else { return }
        // A dropped error may not turn into half a transaction.
        await #expect(throws: DatabaseError.self) {
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO t VALUES (10)")
                do { try await tx.execute("INSERT INTO t VALUES (2)") } catch {}
                if db.engine == .mysql {
                    try await tx.execute("CREATE TABLE implicit_commit (a int)")
                    try await tx.execute("INSERT INTO t VALUES (11)")
                }
            }
        }
        #expect(try await db.first("SELECT count(*) FROM t WHERE id = 11", as: Int.self) == 0)
        // MySQL's CREATE TABLE committed what came before it.
        #expect(try await db.execute("DELETE FROM t WHERE id = 10") == (db.engine == .mysql ? 1 : 0))
    }

    private func bulk() async throws {
        try await db.execute("CREATE TABLE b (id int, t varchar(100))")
        let rows: [[SQLValue]] = (0..<1_000).map { [.int($0), $0 % 7 == 0 ? .null : .text("r\t\($0)\\\n'")] }
        #expect(try await db.transaction { try await $0.insert(rows, into: "b", columns: ["id", "t"]) } == 1_000)
        #expect(try await db.first("SELECT t FROM b WHERE id = 8", as: String.self) == "r\t8\\\n'")
        #expect(try await db.first("SELECT count(*) FROM b WHERE t IS NULL", as: Int.self) == 143)
    }

    private func exhaustion() async throws {
        var configuration = db.configurationForTests
        configuration.pool.maximum = 1
        configuration.pool.overflow = 0
        configuration.pool.acquireTimeout = .milliseconds(300)
        try await withDatabase(configuration) { small in
            // To connect may take longer than that.
            try await eventually("there is a connection") {
                do { return try await small.first("SELECT 1", as: Int.self) == 1 } catch DatabaseError.poolExhausted {
                    return false
                }
            }
            try await small.withConnection(file: "Holder.swift", line: 42) { held in
                _ = try await held.query("SELECT 1")
                let error = await #expect(throws: DatabaseError.self) { _ = try await small.query("SELECT 1") }
                guard case .poolExhausted(let exhaustion) = error else { throw TestFailure("\(String(describing: error))") }
                #expect(exhaustion.holders.map(\.label) == ["Holder.swift:42"] && exhaustion.waited >= .milliseconds(300))
            }
            #expect(try await small.first("SELECT 1", as: Int.self) == 1)
        }
    }

    private func readOnlyReads() async throws {
        #expect(try await db.read { try await $0.first("SELECT count(*) FROM t", as: Int.self) } == 3)
        await #expect(throws: DatabaseError.self) { try await db.read { try await $0.execute("INSERT INTO t VALUES (20)") } }
        #expect(try await db.first("SELECT count(*) FROM t", as: Int.self) == 3)
    }

    /// Statements that look the same are not the same, however often they come.
    private func sameLooks() async throws {
        var lengths: Set<Int> = []
        for form in ["\u{E9}", "e\u{301}"] {
            for _ in 0..<4 { lengths.insert(try await db.first(SQL(trusted: "SELECT length('\(form)')"), as: Int.self) ?? 0) }
        }
        #expect(lengths.count == 2)
    }

    private final class Writer: Sendable {
        let acknowledged = Atomic(0)
        let isOver = Atomic(false)
    }

    /// Nobody who shares a read gets an answer older than his question.
    private func sharedReads() async throws {
        try await db.execute("CREATE TABLE counters (value int)")
        try await db.execute("INSERT INTO counters VALUES (0)")
        let writer = Writer()
        let shared = db.shared()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    while !writer.isOver.load(ordering: .acquiring) {
                        let least = writer.acknowledged.load(ordering: .acquiring)
                        let seen = try await shared.first("SELECT value FROM counters", as: Int.self) ?? -1
                        #expect(seen >= least)
                    }
                }
            }
            defer { writer.isOver.store(true, ordering: .releasing) }
            for number in 1...100 {
                try await db.execute("UPDATE counters SET value = \(number)")
                writer.acknowledged.store(number, ordering: .releasing)
            }
        }
        #expect(try await shared.jsonArray("SELECT value FROM counters").text.contains("100"))
        await #expect(throws: DatabaseError.self) { try await shared.execute("UPDATE counters SET value = 0") }
        await #expect(throws: DatabaseError.self) { try await shared.query("SELECT nothing FROM counters") }
    }

    /// Tasks on the threads that wait for the sockets.
    private func ownExecutor() async throws {
        let sum = try await withTaskExecutorPreference(DatabaseExecutor.shared) {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 1...24 {
                    group.addTask {
                        var sum = 0
                        for number in 1...20 {
                            let text = String(repeating: "x", count: number * task * 100)
                            sum += try await db.first("SELECT length(\(text))", as: Int.self) ?? 0
                        }
                        return sum
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        #expect(sum == (1...24).reduce(0, +) * (1...20).reduce(0, +) * 100)
    }

    private func injection() async throws {
        let evil = "x'; DROP TABLE t; -- \" ` \\"
        #expect(try await db.query("SELECT id FROM people WHERE display_name = \(evil)").isEmpty)
        #expect(try await db.first("SELECT \(evil) AS v", as: String.self) == evil)
        await #expect(throws: DatabaseError.self) { try await db.query("SELECT * FROM \(SQLIdentifier(evil))") }
        #expect(try await db.first("SELECT count(*) FROM t", as: Int.self) == 3)
    }
}
