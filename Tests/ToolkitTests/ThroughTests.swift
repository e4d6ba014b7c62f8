import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

@Suite struct ThroughTests {
    /// An application with rules: names are unique, ids are its own, posts belong to a user.
    final class Application {
        var users: [String] = []
        var posts: [(user: Int, body: [String: Any])] = []
        var keys: [String] = []
        var failures = 0

        func answer(_ path: String, _ body: Data, _ key: String) throws -> (status: Int, body: Data) {
            if failures > 0 {
                failures -= 1
                return (503, Data())
            }
            keys.append(key)
            let row = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
            if path == "/api/users" {
                let name = try #require(row["name"] as? String)
                guard !users.contains(name), name.count > 2 else { return (422, Data("{\"error\":\"bad name\"}".utf8)) }
                #expect(row["id"] == nil && row["secret"] == nil && row["active"] as? Bool == true)
                users.append(name)
                return (201, Data("{\"id\": \(100 + users.count)}".utf8))
            }
            #expect(path == "/posts")
            posts.append((try #require(row["user_id"] as? String).isEmpty ? 0 : Int(row["user_id"] as? String ?? "") ?? -1, row))
            return (200, Data())
        }
    }

    static let map =
        "{\"users\": {\"path\": \"/api/users\", \"fields\": {\"_name\": \"name\", \"secret\": null}}, \"sessions\": null}"

    func source(_ directory: String) throws -> SQLiteSession {
        let session = try SQLiteSession(directory + "/old.db", creates: true)
        for statement in [
            "CREATE TABLE users (id integer PRIMARY KEY, _name text, secret text, active boolean)",
            "CREATE TABLE posts (id integer PRIMARY KEY, user_id text REFERENCES users (id), title text, n int)",
            "CREATE TABLE sessions (a text)",
            "INSERT INTO users VALUES (1, 'Ann', 'x', 1), (2, 'B', 'y', 1), (3, 'Ann', 'z', 1), (4, 'Dora', NULL, 1)",
            "INSERT INTO posts VALUES (1, 4, 'four', 4), (2, 2, 'two', 2), (3, NULL, 'none', NULL), (4, 1, '', 1)",
            "INSERT INTO sessions VALUES ('a')",
        ] { try session.run(statement) }
        return session
    }

    func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "martlet-through-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        try await body(directory)
    }

    private func migration(_ session: SQLiteSession, _ directory: String, _ app: Application) throws -> ThroughMigration {
        try ThroughMigration(
            from: session, named: "old", map: ThroughMap(data: Self.map.utf8), journal: directory + "/journal",
            rejects: directory + "/rejects", post: app.answer)
    }

    @Test("The application's rules decide, new keys are followed, and what is refused is kept with its reason")
    func rules() async throws {
        try await withDirectory { directory in
            let app = Application()
            // A row with NULL for its user is posted without one.
            let session = try source(directory)
            try session.run("DELETE FROM posts WHERE user_id IS NULL")
            let outcomes = try await migration(session, directory, app).run { _, _, _ in }
            #expect(
                outcomes == [
                    .init(table: "users", rows: 4, accepted: 2, rejected: 2),
                    .init(table: "posts", rows: 3, accepted: 2, rejected: 1),
                ])
            #expect(app.users == ["Ann", "Dora"] && app.posts.map(\.user) == [102, 101])
            let rejects = try String(contentsOfFile: directory + "/rejects", encoding: .utf8).split(separator: "\n")
            #expect(rejects.count == 3 && rejects[0].contains("bad name") && rejects[2].contains("users 2, which it refers to"))
            session.close()
        }
    }

    @Test("An interrupted run goes on behind the last answer, with the same key for the row that was under way")
    func goesOn() async throws {
        try await withDirectory { directory in
            let app = Application()
            let session = try source(directory)
            try session.run("DELETE FROM posts")
            app.failures = 4
            await #expect(throws: ToolkitError.self) { try await migration(session, directory, app).run { _, _, _ in } }
            try session.run("COMMIT")
            app.failures = 1
            let outcomes = try await migration(session, directory, app).run { _, _, _ in }
            #expect(outcomes[0].accepted == 2 && app.users == ["Ann", "Dora"])
            try session.run("COMMIT")
            let before = app.keys
            #expect(try await migration(session, directory, app).run { _, _, _ in } == outcomes)
            #expect(app.keys == before && Set(before).count == before.count, "nothing is sent twice")
            session.close()
        }
    }

    @Test("A journal whose first line is torn begins anew, and can be read again")
    func tornHeader() async throws {
        try await withDirectory { directory in
            let path = directory + "/journal"
            for torn in ["{\"table\":\"\",\"ke", "\n"] {
                try Data(torn.utf8).write(to: URL(fileURLWithPath: path))
                try ThroughJournal(path: path, source: "old").append(.init(table: "users", key: "1", state: .accepted))
                #expect(try ThroughJournal(path: path, source: "old").entry("users", "1")?.state == .accepted)
                #expect(throws: ToolkitError.self) { try ThroughJournal(path: path, source: "another") }
            }
        }
    }

    /// An application that gives its own ids and does not like one name.
    final class Tree {
        var parents: [Int?] = []

        func answer(_ path: String, _ body: Data, _ key: String) throws -> (status: Int, body: Data) {
            let row = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
            guard row["name"] as? String != "bad" else { return (422, Data()) }
            parents.append(row["parent"] as? Int)
            return (201, Data("{\"id\": \(10 + parents.count)}".utf8))
        }
    }

    @Test("In a table that refers to itself a row follows the new key of its parent, or stays out with it")
    func tree() async throws {
        try await withDirectory { directory in
            let session = try SQLiteSession(directory + "/old.db", creates: true)
            try session.run("CREATE TABLE nodes (id integer PRIMARY KEY, parent integer REFERENCES nodes (id), name text)")
            try session.run(
                "INSERT INTO nodes VALUES (1, NULL, 'root'), (2, 1, 'leaf'), (3, 1, 'bad'), (4, 3, 'lost'), (5, 2, 'x')")
            let app = Tree()
            let outcomes = try await ThroughMigration(
                from: session, named: "old", map: ThroughMap(), journal: directory + "/journal", rejects: directory + "/rejects",
                post: app.answer
            ).run { _, _, _ in }
            #expect(outcomes == [.init(table: "nodes", rows: 5, accepted: 3, rejected: 2)])
            #expect(app.parents == [nil, 11, 12])
            session.close()
        }
    }

    /// Answers every row with these; the last one again and again. Keeps what was sent.
    final class Recorder {
        var names: [String] = []
        var keys: [String] = []
        var answers: [(status: Int, body: String)]

        init(_ answers: [(status: Int, body: String)] = [(201, "")]) { self.answers = answers }

        func answer(_ path: String, _ body: Data, _ key: String) throws -> (status: Int, body: Data) {
            let row = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
            names.append(try #require(row["name"] as? String))
            keys.append(key)
            let answer = answers.count > 1 ? answers.removeFirst() : answers[0]
            return (answer.status, Data(answer.body.utf8))
        }
    }

    /// A file with the table `nodes`, as the statement fills it, on its way to an application.
    func nodes(
        _ directory: String, key: String = "text", _ values: String,
        _ body: (_ migration: (_ limitBytes: Int?, @escaping ThroughMigration.Post) throws -> ThroughMigration) async throws ->
            Void
    ) async throws {
        let session = try SQLiteSession(directory + "/old.db", creates: true)
        try session.run("CREATE TABLE nodes (id \(key) PRIMARY KEY, parent \(key) REFERENCES nodes (id), name text)")
        try session.run("INSERT INTO nodes VALUES \(values)")
        try await body { limitBytes, post in
            if session.isInTransaction { try session.run("COMMIT") }
            let migration = try ThroughMigration(
                from: session, named: "old", map: ThroughMap(), journal: directory + "/journal", rejects: directory + "/rejects",
                post: post)
            if let limitBytes { migration.waitingLimitBytes = limitBytes }
            return migration
        }
        session.close()
    }

    func rejects(_ directory: String) throws -> [[String: String]] {
        try String(contentsOfFile: directory + "/rejects", encoding: .utf8).split(separator: "\n").map { line in
            let all = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return all.compactMapValues { $0 as? String }
        }
    }

    @Test("A 2xx takes the row, whatever its body is", arguments: ["ok", "<html></html>", "{\"id\": ", "[1]", "7", "\u{0}", ""])
    func answersThatAreNoJSON(_ body: String) async throws {
        try await withDirectory { directory in
            try await nodes(directory, "('a', NULL, 'a'), ('b', 'a', 'b')") { migration in
                let app = Recorder([(200, body)])
                let outcomes = try await migration(nil, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: 2, accepted: 2, rejected: 0)] && app.names == ["a", "b"])
                #expect(try ThroughJournal(path: directory + "/journal", source: "old").newKey("nodes", "a") == "a")
                #expect(try await migration(nil, app.answer).run { _, _, _ in } == outcomes && app.names.count == 2)
            }
        }
    }

    @Test("What asks for a login stops it, names the option for one, and the same command goes on", arguments: [302, 401, 403])
    func login(_ status: Int) async throws {
        try await withDirectory { directory in
            try await nodes(directory, "('a', NULL, 'a'), ('b', NULL, 'b')") { migration in
                let app = Recorder([(201, ""), (status, "no"), (201, "")])
                let first = try migration(nil, app.answer)
                let error = await #expect(throws: ToolkitError.self) { try await first.run { _, _, _ in } }
                #expect(error?.description.contains("--through-header-file") == (status > 400))
                #expect(error?.description.contains("\(status)") == true)
                let outcomes = try await migration(nil, app.answer).run { _, _, _ in }
                #expect(outcomes == [.init(table: "nodes", rows: 2, accepted: 2, rejected: 0)])
                #expect(app.names == ["a", "b", "b"] && app.keys[1] == app.keys[2])
            }
        }
    }

    @Test("What a row is named by, other than its primary key, is what it was")
    func namedOtherwise() async throws {
        try await withDirectory { directory in
            let session = try SQLiteSession(directory + "/old.db", creates: true)
            try session.run("CREATE TABLE people (id integer PRIMARY KEY, handle text UNIQUE, name text)")
            try session.run("CREATE TABLE notes (id integer PRIMARY KEY, author text REFERENCES people (handle), name text)")
            try session.run("INSERT INTO people VALUES (1, 'ann', 'Ann')")
            try session.run("INSERT INTO notes VALUES (1, 'ann', 'one')")
            var bodies: [String] = []
            let outcomes = try await ThroughMigration(
                from: session, named: "old", map: ThroughMap(), journal: directory + "/journal", rejects: directory + "/rejects"
            ) { _, body, _ in
                bodies.append(String(decoding: body, as: UTF8.self))
                return (201, Data(#"{"id": 77}"#.utf8))
            }.run { _, _, _ in }
            #expect(outcomes.map(\.accepted) == [1, 1])
            #expect(bodies == [#"{"handle":"ann","name":"Ann"}"#, #"{"author":"ann","name":"one"}"#])
            session.close()
        }
    }

    @Test("A key with a line break stays inside its header")
    func idempotencyKey() {
        #expect(ThroughKey.idempotency("t", "a|é") == "martlet-t-a|é")
        #expect(ThroughKey.idempotency("t", "a\r\nX: y\u{7F}\u{1}") == "martlet-t-a%0D%0AX: y%7F%01")
    }

    @Test("Keys of several columns are told apart, whatever is in them")
    func keysOfSeveralColumns() async throws {
        try await withDirectory { directory in
            let session = try SQLiteSession(directory + "/old.db", creates: true)
            try session.run("CREATE TABLE tags (a text, b text, PRIMARY KEY (a, b))")
            try session.run("INSERT INTO tags VALUES ('x|y', 'z'), ('x', 'y|z'), ('x\\', 'y'), ('x\\|y', 'z')")
            var keys: Set<String> = []
            let outcomes = try await ThroughMigration(
                from: session, named: "old", map: ThroughMap(), journal: directory + "/journal", rejects: directory + "/rejects"
            ) { _, _, key in
                keys.insert(key)
                return (201, Data())
            }.run { _, _, _ in }
            #expect(outcomes == [.init(table: "tags", rows: 4, accepted: 4, rejected: 0)])
            #expect(keys.count == 4)
            session.close()
        }
    }

    @Test("A wrong address, a wrong map and another's journal are refused")
    func refused() async throws {
        try await withDirectory { directory in
            let session = try source(directory)
            let wrong = try ThroughMigration(
                from: session, named: "old", map: ThroughMap(), journal: directory + "/j", rejects: directory + "/r"
            ) { _, _, _ in (404, Data()) }
            let error = await #expect(throws: ToolkitError.self) { try await wrong.run { _, _, _ in } }
            #expect(error?.description.contains("404") == true)
            try session.run("COMMIT")
            #expect(throws: ToolkitError.self) { try ThroughMap(data: "[]".utf8) }
            let other = #expect(throws: ToolkitError.self) {
                try ThroughMigration(
                    from: session, named: "new", map: ThroughMap(), journal: directory + "/j", rejects: directory + "/r"
                ) { _, _, _ in (200, Data()) }
            }
            #expect(other?.description.contains("another migration") == true)
            try session.run("COMMIT")
            #expect(throws: ToolkitError("the map names tables that are not there: user")) {
                try ThroughMigration(
                    from: session, named: "old", map: ThroughMap(data: "{\"user\": null}".utf8), journal: directory + "/k",
                    rejects: directory + "/r"
                ) { _, _, _ in (200, Data()) }
            }
            session.close()
        }
    }
}
