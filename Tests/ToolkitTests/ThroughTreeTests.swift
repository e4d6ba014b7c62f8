import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

/// Tables that refer to themselves.
extension ThroughTests {
    /// Each row refers to the next one, so that the keys' order is the wrong one throughout.
    private static func chain(_ count: Int) -> String {
        (1...count).map { number in
            let name = { (number: Int) in "'k\(String(10_000 + number))'" }
            return "(\(name(number)), \(number == count ? "NULL" : name(number + 1)), \(name(number)))"
        }.joined(separator: ", ")
    }

    @Test("Rows come after those of their table that they refer to, however few fit into memory", arguments: [nil, 0, 1_000])
    func parentsFirst(_ limitBytes: Int?) async throws {
        try await withDirectory { directory in
            try await nodes(directory, Self.chain(limitBytes == nil ? 2_000 : 30)) { migration in
                let app = Recorder()
                let count = limitBytes == nil ? 2_000 : 30
                let outcomes = try await migration(limitBytes, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: count, accepted: count, rejected: 0)])
                #expect(app.names == app.names.sorted(by: >) && app.names.count == count)
                #expect(try await migration(limitBytes, app.answer).run { _, _, _ in } == outcomes && app.names.count == count)
            }
        }
    }

    @Test("New keys of parents that come later are followed")
    func newKeysOfLaterParents() async throws {
        try await withDirectory { directory in
            let values = "(1, 3, 'a'), (2, 1, 'b'), (3, NULL, 'c'), (4, 5, 'd'), (5, 4, 'e')"
            try await nodes(directory, key: "integer", values) { migration in
                let app = Tree()
                let outcomes = try await migration(nil, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: 5, accepted: 3, rejected: 2)])
                #expect(app.parents == [nil, 11, 12])
            }
        }
    }

    static let troubles = """
        ('a', 'b', 'a'), ('b', 'c', 'b'), ('c', 'a', 'c'), ('d', 'a', 'd'), ('e', 'e', 'e'), ('f', 'z', 'f'), \
        ('g', 'nobody', 'g'), ('h', 'g', 'h'), ('i', 'r', 'i'), ('j', 'i', 'j'), ('r', NULL, 'bad'), ('z', NULL, 'z')
        """

    @Test("Rings, missing rows and refused ones are told apart, once, whatever fits into memory", arguments: [nil, 0, 300])
    func rings(_ limitBytes: Int?) async throws {
        try await withDirectory { directory in
            try await nodes(directory, Self.troubles) { migration in
                let app = Tree()
                let outcomes = try await migration(limitBytes, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: 12, accepted: 2, rejected: 10)])
                let reasons = try rejects(directory)
                func keys(_ words: String) -> Set<String> {
                    Set(reasons.filter { $0["reason"]?.contains(words) == true }.compactMap { $0["key"] })
                }
                #expect(keys("the references make a ring") == ["a", "b", "c", "d", "e"])
                #expect(keys("did not get in") == ["g", "h", "i", "j"] && reasons.count == 10)
                let journal = try Data(contentsOf: URL(fileURLWithPath: directory + "/journal"))
                #expect(try await migration(limitBytes, app.answer).run { _, _, _ in } == outcomes)
                #expect(try rejects(directory) == reasons, "nothing is refused twice")
                #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/journal")) == journal)
            }
        }
    }

    @Test("Killed anywhere, the same command ends with the same rows", arguments: [nil, 0, 300])
    func killed(_ limitBytes: Int?) async throws {
        try await withDirectory { directory in
            try await nodes(directory, Self.troubles) { migration in
                _ = try await migration(limitBytes, Tree().answer).run { _, _, _ in }
                let path = URL(fileURLWithPath: directory + "/journal")
                let whole = try Data(contentsOf: path)
                let rejected = Set(try rejects(directory))
                // Every moment between two lines, and one within each.
                for end in whole.indices where whole[end] == 0x0A {
                    for length in [end + 1, end - 5] {
                        try whole.prefix(length).write(to: path)
                        let outcomes = try await migration(limitBytes, Tree().answer).run { _, _, _ in }
                        #expect(outcomes == [.init(table: "nodes", rows: 12, accepted: 2, rejected: 10)], "cut at \(length)")
                        #expect(try Set(rejects(directory)) == rejected, "cut at \(length)")
                    }
                }
            }
        }
    }

    @Test("What an earlier version refused because its parent came later is sent after all")
    func repaired() async throws {
        try await withDirectory { directory in
            let lines = [
                ("", "old", "sent"), ("nodes", "a", "rejected"), ("nodes", "b", "rejected"), ("nodes", "c", "sent"),
                ("nodes", "c", "accepted"), ("nodes", "d", "sent"), ("nodes", "d", "rejected"),
            ]
            let journal = lines.map { "{\"table\":\"\($0)\",\"key\":\"\($1)\",\"state\":\"\($2)\"}\n" }.joined()
            try Data(journal.utf8).write(to: URL(fileURLWithPath: directory + "/journal"))
            try await nodes(directory, "('a', 'b', 'a'), ('b', 'c', 'b'), ('c', NULL, 'c'), ('d', NULL, 'd')") { migration in
                let app = Recorder()
                let outcomes = try await migration(nil, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: 4, accepted: 3, rejected: 1)] && app.names == ["b", "a"])
                #expect(try await migration(nil, app.answer).run { _, _, _ in } == outcomes && app.names.count == 2)
            }
        }
    }

    @Test("References by several columns put a row off too; by what stays behind or is no key they do not")
    func ownReferences() throws {
        func column(_ name: String) -> TableShape.Column {
            .init(name: name, kind: .text(length: nil), nativeType: "text", isNullable: true)
        }
        let table = TableName(schema: "", name: "t")
        func reference(_ columns: [String], _ referred: [String]) -> TableShape.ForeignKey {
            .init(name: "", columns: columns, table: table, referred: referred, onDelete: "", onUpdate: "")
        }
        var shape = TableShape(
            name: table, columns: ["a", "b", "x", "y"].map(column), primaryKey: ["b", "a"],
            foreignKeys: [reference(["x", "y"], ["b", "a"]), reference(["x"], ["y"])])
        #expect(OwnReferences(shape, .init()).parents(of: ["1", "2", "3|", "4"]) == [ThroughKey.text(["4", "3|"])])
        #expect(OwnReferences(shape, .init()).parents(of: ["1", "2", nil, "4"]) == [])
        #expect(OwnReferences(shape, .init(fields: ["x": nil])).parents(of: ["1", "2", "3", "4"]) == [])
        shape.foreignKeys[0].table.name = "u"
        #expect(OwnReferences(shape, .init()).parents(of: ["1", "2", "3", "4"]) == [])
    }

    @Test(
        "A server is read again and again in one session",
        .enabled(
            if: TestServer.hasPostgreSQL && TestServer.hasMariaDB,
            "PostgreSQL and MariaDB are needed: apt-get install postgresql mariadb-server"),
        arguments: [Dialect.postgresql, .mysql])
    func servers(_ dialect: Dialect) async throws {
        try await TestServer.run(dialect) { server in
            let databases = try DatabaseServer(server.address("tree")) { try Sessions.open($0) }
            _ = try databases.create()
            databases.close()
            let session = try server.open("tree")
            let key = dialect == .postgresql ? "uuid" : "char(36)"
            let ids = (1...6).map { "00000000-0000-4000-8000-00000000000\($0)" }
            for statement in [
                "CREATE TABLE nodes (id \(key) PRIMARY KEY, parent \(key), name text, "
                    + "FOREIGN KEY (parent) REFERENCES nodes (id))",
                dialect == .mysql ? "SET foreign_key_checks = 0" : "SELECT 1",
                "INSERT INTO nodes VALUES ('\(ids[0])', '\(ids[1])', 'a'), ('\(ids[1])', '\(ids[2])', 'b'), "
                    + "('\(ids[2])', NULL, 'c'), ('\(ids[3])', '\(ids[4])', 'd'), ('\(ids[4])', '\(ids[3])', 'e'), "
                    + "('\(ids[5])', '\(ids[0])', 'f')",
            ] { try session.run(statement) }
            try await withDirectory { directory in
                for limitBytes in [0, 1 << 20] {
                    let app = Recorder()
                    let files = directory + "/\(limitBytes)"
                    let migration = try ThroughMigration(
                        from: session, named: "old", map: ThroughMap(), journal: files + ".journal", rejects: files + ".rejects",
                        post: app.answer)
                    migration.waitingLimitBytes = limitBytes
                    let outcomes = try await migration.run { _, _, _ in }
                    #expect(outcomes == [.init(table: "nodes", rows: 6, accepted: 4, rejected: 2)])
                    #expect(app.names == ["c", "b", "a", "f"])
                    try session.run("COMMIT")
                }
            }
            session.close()
        }
    }
}
