import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

/// Schemas of one engine that have no exact counterpart in another.
extension MigrationServerTests {
    private static let blog = [
        "CREATE TABLE person (id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) UNIQUE)",
        """
        CREATE TABLE post (id int AUTO_INCREMENT PRIMARY KEY, request_id varchar(36) UNIQUE, person_id int NOT NULL, body text,
            FULLTEXT KEY words (body), FOREIGN KEY (person_id) REFERENCES person (id))
        """,
        """
        CREATE TABLE comment (id int AUTO_INCREMENT PRIMARY KEY, request_id varchar(36) UNIQUE, person_id int, post_id int,
            KEY post (post_id), FOREIGN KEY (person_id) REFERENCES person (id), FOREIGN KEY (post_id) REFERENCES post (id))
        """,
        "INSERT INTO person (name) VALUES ('Ann'), ('Bob')",
        "INSERT INTO post (request_id, person_id, body) VALUES ('a', 1, 'one'), ('b', 2, 'two')",
        "INSERT INTO comment (request_id, person_id, post_id) VALUES ('a', 2, 1), ('b', 1, 2), ('c', NULL, 1)",
    ]

    @discardableResult
    private func copy(_ from: DatabaseAddress, _ to: DatabaseAddress) throws -> MigrationReport {
        let databases = try DatabaseServer(to) { try Sessions.open($0) }
        if try !databases.exists() { _ = try databases.create() }
        databases.close()
        let source = try Sessions.open(from)
        defer { source.close() }
        let target = try Sessions.open(to)
        defer { target.close() }
        let report = try Migration(from: source, named: from.description, to: target).run(
            copying: { _, _, _ in }, saying: { _ in })
        #expect(report.isEqual, "\(from) → \(to): \(report.lines)")
        return report
    }

    private func fill(_ address: DatabaseAddress, _ statements: [String]) throws {
        let databases = try DatabaseServer(address) { try Sessions.open($0) }
        if try !databases.exists() { _ = try databases.create() }
        databases.close()
        let session = try Sessions.open(address)
        defer { session.close() }
        for statement in statements { try session.run(statement) }
    }

    private func file(_ server: TestServer, _ name: String) -> DatabaseAddress {
        if geteuid() == 0 { chmod(server.directory, 0o777) }
        return DatabaseAddress(.sqlite, database: "\(server.directory)/\(name).db")
    }

    @Test(
        "Indexes that MySQL calls alike arrive in engines where they must differ",
        .enabled(if: TestServer.hasPostgreSQL && TestServer.hasMariaDB, TestServer.noMariaDB))
    func indexNames() throws {
        try TestServer.run(.postgresql) { postgresql in
            try TestServer.run(.mysql) { mysql in
                let source = mysql.address("blog")
                try fill(source, Self.blog)
                let target = postgresql.address("blog")
                // Tables that stay have names too.
                try fill(target, ["CREATE TABLE other (id int)", "CREATE INDEX name ON other (id)"])
                for address in [target, file(mysql, "blog")] {
                    let report = try copy(source, address)
                    #expect(report.rows == 7)
                    #expect(report.notes.contains("not carried over: index words on post (fulltext)"), "\(report.notes)")
                    let session = try Sessions.open(address)
                    defer { session.close() }
                    for table in ["post", "comment"] {
                        #expect(throws: SQLFailure.self, "\(table) in \(address)") {
                            try session.run("INSERT INTO \(table) (id, request_id, person_id) VALUES (9, 'a', 1)")
                        }
                    }
                    #expect(throws: SQLFailure.self) { try session.run("INSERT INTO person (id, name) VALUES (9, 'Ann')") }
                    #expect(try session.number("SELECT count(*) FROM comment") == 3)
                }
                // And back, where references share their names.
                try fill(target, ["ALTER TABLE post RENAME CONSTRAINT post_ibfk_1 TO writer", "DROP TABLE other"])
                try fill(target, ["ALTER TABLE comment RENAME CONSTRAINT comment_ibfk_1 TO writer"])
                try copy(target, mysql.address("back"))
                let session = try mysql.open("back")
                defer { session.close() }
                #expect(
                    try session.rows(
                        """
                        SELECT constraint_name FROM information_schema.referential_constraints
                        WHERE constraint_schema = database() ORDER BY 1
                        """) == [["comment_ibfk_2"], ["comment_writer"], ["writer"]])
            }
        }
    }

    @Test(
        "Indexes of PostgreSQL alone stay behind by name, and narrow nothing",
        .enabled(if: TestServer.hasPostgreSQL && TestServer.hasMariaDB, TestServer.noMariaDB))
    func ownIndexes() throws {
        try TestServer.run(.postgresql) { postgresql in
            try TestServer.run(.mysql) { mysql in
                let source = postgresql.address("cruddur")
                try fill(
                    source,
                    [
                        """
                        CREATE TABLE users (id int PRIMARY KEY, handle text, message text, extra jsonb, born date, place point,
                            active boolean)
                        """,
                        "CREATE UNIQUE INDEX users_handle ON users (lower(handle))",
                        "CREATE INDEX users_words ON users USING gin (to_tsvector('simple', message))",
                        "CREATE INDEX users_message ON users USING hash (message)",
                        "CREATE INDEX users_extra ON users USING gin (extra)", "CREATE INDEX users_json ON users (extra)",
                        "CREATE INDEX users_born ON users USING brin (born)",
                        "CREATE INDEX users_place ON users USING gist (place)",
                        "CREATE UNIQUE INDEX users_active ON users (handle) WHERE active",
                        "CREATE INDEX users_plain ON users (born, active)",
                        "INSERT INTO users VALUES (1, 'Ann', repeat('x', 5000), '{\"a\": 1}', '2000-01-01', '(1,2)', true)",
                    ])
                let names = [
                    "unique index users_active on users (partial)", "index users_born on users (brin)",
                    "index users_extra on users (gin)", "unique index users_handle on users (expression)",
                    "index users_message on users (hash)", "index users_place on users (gist)",
                    "index users_words on users (gin, expression)",
                ].map { "not carried over: \($0)" }
                let report = try copy(source, mysql.address("users"))
                #expect(report.notes == names + ["not carried over: index users_json on users (json)"])
                #expect(report.lines.contains("note: \(names[0])"))
                #expect(try copy(source, file(mysql, "users")).notes == names)
                let native = postgresql.address("native")
                #expect(try copy(source, native).notes.isEmpty)
                let session = try Sessions.open(native)
                defer { session.close() }
                #expect(try session.number("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'") == 10)
            }
        }
    }

    @Test(
        "A database is not moved into itself, whatever it is called",
        .enabled(if: TestServer.hasPostgreSQL && TestServer.hasMariaDB, TestServer.noMariaDB))
    func itself() throws {
        try TestServer.run(.postgresql) { server in
            try fill(server.address("one"), ["CREATE TABLE t (id int)", "CREATE ROLE other LOGIN SUPERUSER PASSWORD 'a'"])
            var other = server.address("one")
            other.user = "other"
            other.password = "a"
            try isRefused(server.address("one"), other, locks: "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            try copy(server.address("one"), server.address("two"))
        }
        try TestServer.run(.mysql) { server in
            try fill(
                server.address("one"),
                [
                    "CREATE TABLE t (id int)", "CREATE USER other@localhost IDENTIFIED BY 'a'",
                    "GRANT ALL ON *.* TO other@localhost",
                ])
            var other = server.address("one")
            other.user = "other"
            other.password = "a"
            try isRefused(server.address("one"), other, locks: "SELECT RELEASE_ALL_LOCKS()")
            try copy(server.address("one"), server.address("two"))
        }
    }

    private func isRefused(_ from: DatabaseAddress, _ to: DatabaseAddress, locks: String) throws {
        let source = try Sessions.open(from)
        defer { source.close() }
        let target = try Sessions.open(to)
        defer { target.close() }
        let failure = #expect(throws: ToolkitError.self) { try Migration(from: source, named: "a", to: target) }
        #expect(failure?.description.contains("FROM and TO are the same database") == true)
        for session in [source, target] { #expect(try session.number(locks) == 0, "\(from.dialect) keeps no lock") }
    }

    @Test(
        "Text with a NUL inside arrives whole where it can, and is refused by name where it cannot",
        .enabled(if: TestServer.hasPostgreSQL && TestServer.hasMariaDB, TestServer.noMariaDB))
    func nul() throws {
        try TestServer.run(.mysql) { mysql in
            let source = file(mysql, "source")
            try fill(
                source,
                [
                    "CREATE TABLE notes (id varchar(20) PRIMARY KEY, note text)",
                    "INSERT INTO notes VALUES ('a', 'plain'), ('b' || char(0) || 'c', 'x' || char(0) || 'y''z')",
                ])
            let check = "SELECT hex(id) || ' ' || hex(note) FROM notes ORDER BY id DESC LIMIT 1"
            try copy(source, mysql.address("one"))
            try copy(mysql.address("one"), file(mysql, "two"))
            try copy(file(mysql, "two"), file(mysql, "three"))
            for name in ["source", "two", "three"] {
                let session = try Sessions.open(file(mysql, name))
                defer { session.close() }
                #expect(try session.value(check) == "620063 780079277A", "\(name)")
            }
            try TestServer.run(.postgresql) { postgresql in
                for from in [source, mysql.address("one")] {
                    let failure = #expect(throws: ToolkitError.self) {
                        try copy(from, postgresql.address("from\(from.dialect)"))
                    }
                    #expect(failure?.description.hasPrefix("notes.id: the row with id = b\u{FFFD}c has a character NUL") == true)
                }
            }
        }
    }
}
