import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

/// Against real servers, one after the other.
@Suite(.serialized) struct ServerTests {
    static let schema = """
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
        DROP TABLE IF EXISTS public.users;
        CREATE TABLE public.users (uuid uuid DEFAULT uuid_generate_v4() PRIMARY KEY, handle text);
        """
    static let seed = "-- by hand\nINSERT INTO public.users (handle) VALUES\n('andrewbrown'),\n('bayko');"
    static let strange = "x\"; DROP DATABASE postgres; --`'é"

    @Test(
        "PostgreSQL: create, load, count, drop; the names may be anything",
        .enabled(if: TestServer.hasPostgreSQL, TestServer.noPostgreSQL))
    func postgresql() throws {
        try TestServer.run(.postgresql) { server in
            try loadsAndRollsBack(server)
            try life(server, Self.strange)
            let session = try server.open("postgres")
            defer { session.close() }
            #expect(try session.value("SELECT $1", [Self.strange]) == Self.strange)
            try wholeOrNothing(server)
            try sessions(server)
            try initialises(server)
            try copies(server)
        }
    }

    private func life(_ server: TestServer, _ name: String) throws {
        let address = server.address(name)
        let databases = try DatabaseServer(address) { try Sessions.open($0) }
        defer { databases.close() }
        #expect(try !databases.exists())
        #expect(try databases.create() == "CREATE DATABASE")
        #expect(throws: SQLFailure.self) { try databases.create() }
        let session = try Sessions.open(address)
        let table = try address.dialect.quoted(Self.strange)
        try session.run("CREATE TABLE \(table) (a int)")
        try session.run("INSERT INTO \(table) VALUES (1), (2)")
        let inventory = try Inventory.take(of: address, session)
        #expect(inventory.tables == [.init(name: Self.strange, rows: 2)] && inventory.rowsAreExact)
        let refusal = #expect(throws: ToolkitError.self) { try databases.drop(endsSessions: false) }
        #expect(refusal?.description.contains("in use by") == true)
        #expect(try databases.drop(endsSessions: true) == "DROP DATABASE")
        #expect(try !databases.exists())
        session.close()
    }

    private func loadsAndRollsBack(_ server: TestServer) throws {
        let session = try server.open("postgres")
        defer { session.close() }
        let echo = Echo()
        try FileLoader(SQLFile(Self.schema), on: session, echo: echo.show).load()
        try FileLoader(SQLFile(Self.seed), on: session, echo: echo.show).load()
        #expect(
            echo.lines == [
                "CREATE EXTENSION", "NOTICE:  table \"users\" does not exist, skipping", "DROP TABLE", "CREATE TABLE",
                "INSERT 0 2",
            ])
    }

    private func wholeOrNothing(_ server: TestServer) throws {
        let session = try server.open("postgres")
        defer { session.close() }
        let bad = SQLFile(
            "BEGIN;\nCREATE TABLE half (a int);\nCOMMIT;\nINSERT INTO half VALUES (1);\n\nINSERT INTO\n  nowhere VALUES (1);")
        let failure = #expect(throws: LoadFailure.self) { try FileLoader(bad, on: session, echo: { _ in }).load() }
        #expect(failure?.line == 7 && failure?.reason.contains("nowhere") == true && failure?.applied == [])
        #expect(try session.value("SELECT to_regclass('half')") == nil)
        let undo = SQLFile("CREATE TABLE half (a int);\nROLLBACK;")
        #expect(throws: LoadFailure.self) { try FileLoader(undo, on: session, echo: { _ in }).load() }
        #expect(try session.value("SELECT to_regclass('half')") == nil)
        let deferred = SQLFile(
            "CREATE TABLE a (i int PRIMARY KEY);"
                + "CREATE TABLE b (i int REFERENCES a DEFERRABLE INITIALLY DEFERRED);INSERT INTO b VALUES (1);"
        )
        #expect(throws: LoadFailure.self) { try FileLoader(deferred, on: session, echo: { _ in }).load() }
        #expect(try session.value("SELECT to_regclass('a')") == nil)
    }

    private func copies(_ server: TestServer) throws {
        let session = try server.open("postgres")
        defer { session.close() }
        let echo = Echo()
        let file = SQLFile(
            "CREATE TABLE c (a int, b text);\nCOPY public.c (a, b) FROM stdin;\n1\tit's; \\N\n2\t\\N\n\\.\n"
                + "SELECT a, b FROM c ORDER BY a;"
        )
        try FileLoader(file, on: session, echo: echo.show).load()
        #expect(echo.lines.prefix(2) == ["CREATE TABLE", "COPY 2"] && echo.lines.contains("(2 rows)"))
        let bad = SQLFile("COPY public.c (a, b) FROM stdin;\nx\ty\n\\.\n")
        #expect(throws: LoadFailure.self) { try FileLoader(bad, on: session, echo: { _ in }).load() }
        #expect(try session.value("SELECT count(*) FROM c") == "2")
    }

    private func sessions(_ server: TestServer) throws {
        let address = server.address("postgres")
        let victim = try server.open("postgres")
        let session = try server.open("postgres")
        defer { session.close() }
        let pid = try #require(try victim.number("SELECT pg_backend_pid()"))
        let listed = try DatabaseSessions.list(address, session)
        #expect(listed.contains { $0.processID == pid && $0.application == "martlet db" && $0.database == "postgres" })
        try DatabaseSessions.end(pid, address, session)
        let gone = #expect(throws: SQLFailure.self) { try victim.run("SELECT 1") }
        #expect(gone?.isConnection == true)
        #expect(throws: ToolkitError("there is no session 1")) { try DatabaseSessions.end(1, address, session) }
    }

    private func initialises(_ server: TestServer) throws {
        let session = try server.open("postgres")
        defer { session.close() }
        try session.run("CREATE TYPE colour AS ENUM ('red')")
        try session.run("CREATE VIEW v AS SELECT * FROM users")
        try session.run("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        #expect(throws: LoadFailure.self) {
            try DatabaseInit.run([SQLFile(Self.schema), SQLFile("INSERT INTO wrong VALUES (1)")], on: session, echo: { _ in })
        }
        #expect(try session.value("SELECT count(*) FROM v") == "2", "after a failure all is as it was")
        try DatabaseInit.run([SQLFile(Self.schema), SQLFile(Self.seed)], on: session, echo: { _ in })
        #expect(try session.value("SELECT to_regclass('v')") == nil)
        #expect(try session.value("SELECT count(*) FROM users") == "2")
        #expect(try session.value("SELECT count(*) FROM pg_type WHERE typname = 'colour'") == "0")
    }

    @Test("MariaDB: the same, and what it commits by itself is said", .enabled(if: TestServer.hasMariaDB, TestServer.noMariaDB))
    func mariaDB() throws {
        try TestServer.run(.mysql) { server in
            try life(server, "x`; DROP DATABASE mysql; --\"'é")
            let databases = try DatabaseServer(server.address("app")) { try Sessions.open($0) }
            _ = try databases.create()
            databases.close()
            let session = try server.open("app")
            defer { session.close() }
            #expect(try session.value("SELECT ?", [Self.strange]) == Self.strange)
            let file = SQLFile(
                "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\nDELIMITER ;\n"
                    + "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n"
                    + "INSERT INTO nowhere VALUES (1);"
            )
            let failure = #expect(throws: LoadFailure.self) { try FileLoader(file, on: session, echo: { _ in }).load() }
            #expect(failure?.line == 7)
            #expect(
                failure?.applied == [
                    "line 2: CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END", "line 4: CREATE TABLE t (a int)",
                ])
            #expect(try session.value("SELECT count(*) FROM t") == "0", "rows are rolled back")
            let echo = Echo()
            try FileLoader(
                SQLFile("INSERT INTO t VALUES (1), (2); UPDATE t SET a = 3; DROP TABLE IF EXISTS u; SELECT 1 AS one;"),
                on: session, echo: echo.show
            ).load()
            #expect(echo.lines.filter { !$0.hasPrefix("NOTE") }.prefix(3) == ["INSERT 0 2", "UPDATE 2", "DROP TABLE"])
            #expect(try session.value("SELECT @@autocommit") == "1")
        }
    }

    @Test("SQLite: the same in a file")
    func sqlite() throws {
        let directory = NSTemporaryDirectory() + "martlet-db-\(UUID().uuidString.prefix(8))"
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        let address = DatabaseAddress(.sqlite, database: directory + "/volumes/a 'b.db")
        let file = try DatabaseServer(address) { try Sessions.open($0) }
        #expect(try file.create() == "CREATE DATABASE")
        let session = try SQLiteSession(address.database)
        let bad = SQLFile(
            "CREATE TABLE p (i integer PRIMARY KEY);\nCREATE TABLE c (i int REFERENCES p);\nINSERT INTO c VALUES (7);")
        let failure = #expect(throws: LoadFailure.self) { try FileLoader(bad, on: session, echo: { _ in }).load() }
        #expect(failure?.reason.contains("refers to a row of p") == true)
        #expect(try session.value("SELECT count(*) FROM sqlite_master") == "0")
        let echo = Echo()
        try FileLoader(
            SQLFile(
                "PRAGMA foreign_keys=OFF;\nBEGIN;\nCREATE TABLE p (i integer PRIMARY KEY, t text);\n"
                    + "INSERT INTO p (t) VALUES ('a'), ('b');\nCOMMIT;"
            ), on: session, echo: echo.show
        ).load()
        #expect(echo.lines == ["PRAGMA", "CREATE TABLE", "INSERT 0 2"])
        let copy = directory + "/copy.db"
        #expect(try SQLiteBackup.run(from: session, to: copy) { _, _ in }.hasSuffix("integrity checked"))
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try SQLiteSession(copy).value("SELECT count(*) FROM p") == "2")
        #expect(throws: ToolkitError.self) { try SQLiteBackup.run(from: session, to: directory + "/no/where.db") { _, _ in } }
        session.close()
        #expect(try file.drop(endsSessions: false) == "DROP DATABASE")
        try Data("not a database at all".utf8).write(to: URL(fileURLWithPath: address.database))
        #expect(throws: ToolkitError.self) { try file.drop(endsSessions: false) }
        #expect(FileManager.default.fileExists(atPath: address.database))
    }
}
