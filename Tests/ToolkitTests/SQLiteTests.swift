import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

@Suite("SQLite files")
struct SQLiteTests {
    private func inDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "toolkit-sqlite-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test("Statements are answered as psql would: what triggers did is not counted, and WITH is no verb")
    func tags() throws {
        let session = try SQLiteSession(":memory:", creates: true)
        defer { session.close() }
        let script = [
            ("CREATE TABLE t (id integer PRIMARY KEY, x text)", "CREATE TABLE"), ("CREATE TABLE n (c int)", "CREATE TABLE"),
            ("INSERT INTO n VALUES (0)", "INSERT 0 1"),
            ("CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE n SET c = c + 1; END", "CREATE TRIGGER"),
            ("INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT 0 2"),
            ("WITH q AS (SELECT 5 AS id, '(insert' AS x) /* delete */ INSERT INTO t SELECT * FROM q", "INSERT 0 1"),
            ("WITH \"update\" AS (SELECT 1) UPDATE t SET x = 'c' -- insert\nWHERE id < 3", "UPDATE 2"),
            ("WITH q(id) AS (VALUES (1)) SELECT * FROM q", "SELECT 1"),
            ("INSERT INTO t (id) VALUES (9) RETURNING id", "INSERT 0 1"),
            ("DELETE FROM t WHERE id > 100", "DELETE 0"), ("DELETE FROM t", "DELETE 4"),
            ("CREATE INDEX i ON t (x)", "CREATE INDEX"),
        ]
        for (statement, tag) in script { #expect(try session.run(statement).tag == tag, "\(statement)") }
    }

    @Test("A link leads to the file: its size, and its end, are the file's")
    func links() throws {
        try inDirectory { directory in
            let file = directory + "/real.db"
            let link = directory + "/link.db"
            let server = try DatabaseServer(DatabaseAddress(.sqlite, database: file)) { try Sessions.open($0) }
            _ = try server.create()
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            let address = DatabaseAddress(.sqlite, database: link)
            let session = try SQLiteSession(link)
            #expect(try Inventory.take(of: address, session).sizeBytes >= 4096)
            session.close()
            #expect(try DatabaseServer(address) { try Sessions.open($0) }.drop(endsSessions: false) == "DROP DATABASE")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["link.db"])
        }
    }

    @Test("Who has a file locked is named", .timeLimit(.minutes(1)))
    func locked() throws {
        try inDirectory { directory in
            let path = directory + "/a.db"
            let address = DatabaseAddress(.sqlite, database: path)
            _ = try DatabaseServer(address) { try Sessions.open($0) }.create()
            let script = """
                import sqlite3, sys
                database = sqlite3.connect(sys.argv[1])
                database.execute("BEGIN EXCLUSIVE")
                print(flush=True)
                sys.stdin.read()
                """
            let holder = Process()
            let (input, output) = (Pipe(), Pipe())
            holder.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            holder.arguments = ["-c", script, path]
            holder.standardInput = input
            holder.standardOutput = output
            try holder.run()
            defer {
                try? input.fileHandleForWriting.close()
                holder.waitUntilExit()
            }
            _ = output.fileHandleForReading.availableData
            let failure = #expect(throws: SQLFailure.self) { _ = try SQLiteSession(path) }
            #expect(
                failure?.message.contains("locked\n  by python3 (process \(holder.processIdentifier)") == true,
                "\(failure as Any)")
            // The list does not need the file.
            #expect(try DatabaseSessions.list(address, nil).map(\.processID) == [Int(holder.processIdentifier)])
        }
    }
}
