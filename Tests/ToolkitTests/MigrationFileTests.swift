import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

/// From one SQLite file into another, without a server.
@Suite struct MigrationFileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "martlet-files-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        try body(directory)
    }

    private func file(_ path: String, _ statements: [String]) throws -> SQLiteSession {
        let session = try SQLiteSession(path, creates: true)
        for statement in statements { try session.run(statement) }
        return session
    }

    @Test("Every value arrives as it is, whatever its column says; a NUL in a text too")
    func values() throws {
        try withDirectory { directory in
            let source = try file(
                directory + "/a",
                [
                    "CREATE TABLE t (id text PRIMARY KEY, a, b)",
                    """
                    INSERT INTO t VALUES ('a', 1, 9223372036854775807), ('b', -0.1, 1e300), ('c', x'00ff', x''), ('d', NULL, ''),
                    ('e' || char(0) || '1', 'it''s' || char(0) || '''' || char(9) || char(10), char(0)),
                    ('e' || char(0) || '2', 1e999, -1e999), ('f', '1', 5e-324)
                    """,
                ])
            defer { source.close() }
            let target = try file(directory + "/b", [])
            defer { target.close() }
            let report = try Migration(from: source, named: "a", to: target).run(
                copying: { _, _, _ in }, saying: { _ in })
            #expect(report.isEqual && report.rows == 7)
            let query = "SELECT hex(id), typeof(a), typeof(b), hex(a), hex(b), a = 0.1 * -1 FROM t ORDER BY id"
            #expect(try target.rows(query) == source.rows(query))
            #expect(try target.value("SELECT hex(a) FROM t WHERE id = 'e' || char(0) || '1'") == "697427730027090A")
        }
    }

    @Test("What is behind a NUL is compared as well")
    func checksum() throws {
        try withDirectory { directory in
            let sums = try ["x", "y"].map { last in
                let session = try file(
                    "\(directory)/\(last)", ["CREATE TABLE t (a text)", "INSERT INTO t VALUES ('a' || char(0) || '\(last)')"])
                defer { session.close() }
                var lines: [UInt8] = []
                let rows = try RowSources.open("SELECT a FROM t", session, isNative: true)
                #expect(try rows.read(into: &lines, limitBytes: 100) == 1)
                rows.close()
                #expect(lines == Array("'a\0\(last)'\n".utf8))
                var sum = RowChecksum()
                sum.add(lines, normalise: [:])
                return sum
            }
            #expect(sums[0] != sums[1])
        }
    }

    @Test("It goes on behind a key with a NUL or a quote inside")
    func goesOn() throws {
        try withDirectory { directory in
            let source = try file(
                directory + "/a",
                [
                    "CREATE TABLE t (id text PRIMARY KEY, a text)",
                    """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
                    INSERT INTO t SELECT 'it''' || char(0) || char(769) || '''' || (1000 + i), i FROM n
                    """,
                ])
            let target = try file(directory + "/b", [])
            var last = 0
            #expect(throws: SQLFailure.self) {
                try Migration(from: source, named: "a", to: target, batchBytes: 100).run(
                    copying: { _, done, _ in
                        if done > 50 { target.close() } else { last = done }
                    }, saying: { _ in })
            }
            #expect(last > 20)
            source.close()
            let again = try SQLiteSession(directory + "/b")
            let migration = try Migration(from: SQLiteSession(directory + "/a"), named: "a", to: again)
            let report = try migration.run(copying: { _, _, _ in }, saying: { _ in })
            #expect(migration.isResumed && report.isEqual && report.rows == 100 && report.copiedRows < 80)
            again.close()
        }
    }

    @Test("A literal with a NUL is SQL all the same")
    func literals() {
        #expect(SQLiteLiteral.sql("'it''s'") == "'it''s'")
        #expect(SQLiteLiteral.sql("'a\0b'") == "('a' || char(0) || 'b')")
    }

    @Test("A file is not moved into itself through a link")
    func itself() throws {
        try withDirectory { directory in
            let source = try file(directory + "/a", ["CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"])
            defer { source.close() }
            try FileManager.default.createSymbolicLink(atPath: directory + "/b", withDestinationPath: directory + "/a")
            try FileManager.default.linkItem(atPath: directory + "/a", toPath: directory + "/c")
            for name in ["a", "b", "c"] {
                let target = try SQLiteSession("\(directory)/\(name)")
                defer { target.close() }
                #expect(try SameDatabase.check(source, target), "\(name)")
            }
            let other = try file(directory + "/d", [])
            defer { other.close() }
            #expect(try !SameDatabase.check(source, other))
            #expect(try !SameDatabase.check(SQLiteSession(":memory:"), SQLiteSession(":memory:")))
        }
    }

    @Test("What cannot be moved is refused before there is a target")
    func plan() throws {
        try withDirectory { directory in
            let source = try file(directory + "/a", ["CREATE VIRTUAL TABLE words USING fts5(a)"])
            defer { source.close() }
            #expect(throws: ToolkitError.self) { try MigrationPlan(from: source, into: .sqlite) }
            let good = try file(directory + "/b", ["CREATE TABLE t (a)", "CREATE INDEX i ON t (a) WHERE a > 1"])
            defer { good.close() }
            #expect(try MigrationPlan(from: good, into: .postgresql).notes == ["not carried over: index i on t (partial)"])
            let planned = try SQLiteSession(":memory:")
            defer { planned.close() }
            try good.run("COMMIT")
            #expect(try Migration(from: good, named: "a", to: planned).collisions().isEmpty)
        }
    }
}
