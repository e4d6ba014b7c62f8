import Resources
import Testing

@testable import Engines

@Suite struct PostgreSQLTextTests {
    @Test(arguments: [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18", "postgres15"),
        ("postgres (PostgreSQL) 10.23", "10.23", "postgres10"),
        ("postgres (PostgreSQL) 17.2 (Homebrew)", "17.2", "postgres17"),
    ])
    func readsVersions(_ said: String, _ version: String, _ family: String) {
        let parsed = PostgreSQLInstallation.parseVersion(said)
        #expect(parsed?.version == version)
        #expect(parsed?.family == family)
    }

    @Test(arguments: ["", "postgres (PostgreSQL) 18devel", "postgres (PostgreSQL) 9.6.24", "mariadbd  Ver 10.11.19"])
    func refusesOtherVersions(_ said: String) {
        #expect(PostgreSQLInstallation.parseVersion(said) == nil)
    }

    @Test func derivesDebiansLayout() {
        let debian = PostgreSQLInstallation.derivedDirectories(bin: "/usr/lib/postgresql/15/bin", major: "15")
        #expect(debian.share == "/usr/share/postgresql/15")
        #expect(debian.library == "/usr/lib/postgresql/15/lib")
        let source = PostgreSQLInstallation.derivedDirectories(bin: "/usr/local/pgsql/bin", major: "15")
        #expect(source.share == "/usr/local/pgsql/share")
    }

    @Test(arguments: [
        (["/usr/lib/postgresql/15/bin", "/usr/share/postgresql/15", "/usr/lib/postgresql/15/lib"], "/usr"),
        (["/usr/local/pgsql/bin", "/usr/local/pgsql/share"], "/usr/local/pgsql"), (["/a/b", "/c"], "/"),
        (["/usr/libx", "/usr/lib"], "/usr"),
    ])
    func theTreeMirrorsWhatTheDirectoriesShare(_ paths: [String], _ prefix: String) {
        #expect(PostgreSQLTree.commonPrefix(paths) == prefix)
    }

    @Test func trustsAnExtensionOnce() {
        let control = "comment = 'x'\ntrusted = false\nrelocatable = true\n"
        let trusted = PostgreSQLExtensions.trustedControl(control)
        #expect(trusted.contains("\ntrusted = true\n"))
        #expect(!trusted.contains("trusted = false"))
        #expect(trusted.contains("relocatable = true"))
    }

    @Test func onlyAllowedExtensionsArePresent() {
        let files = ["hstore.control", "hstore--1.0.sql", "file_fdw.control", "adminpack.control", "lo.control"]
        #expect(PostgreSQLExtensions.present(among: files) == ["hstore", "lo"])
        #expect(PostgreSQLExtensions.owns("lo", "lo--1.1.sql"))
        #expect(!PostgreSQLExtensions.owns("lo", "lother--1.1.sql"))
    }

    static let running = "421\n/data\n1763680000\n5432\n.\n\n  5432001    98304\nready   \n"

    @Test func readsPIDFiles() {
        #expect(PostmasterPIDFile(Self.running) == .some(PostmasterPIDFile("421\na\nb\nc\nd\ne\nf\nready\n")!))
        #expect(PostmasterPIDFile(Self.running)?.isReady == true)
        #expect(PostmasterPIDFile("421\n/data\n1\n5432\n.\n\n 1 2\nstarting\n")?.isReady == false)
        #expect(PostmasterPIDFile("421\n/data\n")?.isReady == false)
    }

    @Test(arguments: ["", "\n", "-421\n/data\n", "0\n", "abc\n", "99999999999\n"])
    func refusesOtherPIDFiles(_ text: String) {
        #expect(PostmasterPIDFile(text) == nil)
    }

    @Test(arguments: [
        (#"connection to server failed: FATAL:  password authentication failed for user "rdsadmin""#, "28P01"),
        (#"connection to server failed: FATAL:  database "rdsadmin" does not exist"#, "3D000"),
        ("connection to server failed: FATAL:  the database system is starting up", "08006"),
        (#"connection to server on socket "/x" failed: No such file or directory"#, "08006"),
    ])
    func tellsRefusedConnectionsApart(_ message: String, _ state: String) {
        #expect(PostgreSQLConnection.state(ofRefusal: message) == state)
    }

    @Test func quotesSQL() {
        #expect(SQLText.identifier(#"we"ird"#) == #""we""ird""#)
        #expect(SQLText.literal("it's") == "'it''s'")
        // An accent behind a mark is one character with it to Swift, and a mark to the server.
        #expect(SQLText.literal("'\u{301}; DROP") == "'''\u{301}; DROP'")
        #expect(SQLText.identifier("\"\u{301}") == "\"\"\"\u{301}\"")
        #expect(PostgreSQLConfiguration.quote("'\u{301}\\\u{301}") == "'''\u{301}\\\\\u{301}'")
    }
}
