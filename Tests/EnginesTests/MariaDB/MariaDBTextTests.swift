import Resources
import Testing

@testable import Engines

@Suite struct MariaDBTextTests {
    @Test(arguments: [
        (
            "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)", ServerProgram.Product.mariaDB,
            "10.11.19"
        ),
        ("/usr/sbin/mysqld  Ver 11.4.2-MariaDB for Linux on x86_64 (MariaDB Server)", .mariaDB, "11.4.2"),
        ("mysqld  Ver 8.0.35 for Linux on x86_64 (MySQL Community Server - GPL)", .mySQL, "8.0.35"),
        (
            "/usr/sbin/mysqld  Ver 8.0.35-27 for Linux on x86_64 (Percona Server (GPL), Release 27, Revision 2f8eeab2)", .mySQL,
            "8.0.35"
        ),
    ])
    func whichServerAProgramIs(_ said: String, _ product: ServerProgram.Product, _ version: String) {
        let parsed = ServerProgram.parse(said)
        #expect(parsed?.product == product && parsed?.version == version)
    }

    @Test(arguments: ["", "mysqld", "mysqld  Ver", "mysqld  Ver eight", "mysqld  Ver 8.0"]) func noServer(_ said: String) {
        #expect(ServerProgram.parse(said) == nil)
    }

    /// From MariaDB itself: `SELECT PASSWORD('mariadb')`.
    @Test func hashesAsMariaDBDoes() {
        #expect(NativePasswordHash(password: "mariadb").description == "*54958E764CE10E50764C2EECBB71D01F08549980")
        #expect(NativePasswordHash("*54958E764CE10E50764C2EECBB71D01F08549980") != nil)
        for text in [
            "", "*", "mariadb", "*54958E764CE10E50764C2EECBB71D01F0854998", "*54958e764ce10e50764c2eecbb71d01f08549980",
            "*' OR '1'='1' -- 0123456789012345678901234567",
        ] {
            #expect(NativePasswordHash(text) == nil)
        }
    }

    @Test func quotes() {
        #expect(MariaDBText.identifier("a`b") == "`a``b`")
        #expect(MariaDBText.literal(#"it's a \ here"#) == #"'it''s a \\ here'"#)
        #expect(MariaDBText.literal("'\u{301}\\\u{301}") == "'''\u{301}\\\\\u{301}'")
        #expect(MariaDBText.identifier("`\u{301}") == "```\u{301}`")
        #expect(MariaDBConfiguration.quote("a \\\u{301}") == "\"a \\\\\u{301}\"")
        #expect(MariaDBText.account("admin") == "'admin'@'%'")
        for value in ["plain_1.2", "", "with space", "a#b", #"back\slash"#, "semi;colon", "quo\"te", "1+2"] {
            #expect(MariaDBConfiguration.unquote(MariaDBConfiguration.quote(value)[...]) == value)
        }
        #expect(MariaDBConfiguration.quote("a#b") == "\"a#b\"")
    }

    /// What a pattern fits, it fits by the letters before its only `%`.
    @Test func noPatternFitsMysql() {
        func fits(_ name: String) -> Bool {
            MariaDBDatabases.patterns.contains { pattern in
                let plain = pattern.replacing("\\", with: "")
                return plain.hasSuffix("%") ? name.hasPrefix(plain.dropLast()) : name == plain
            }
        }
        #expect(!fits("mysql"))
        for name in ["shop", "m", "my", "mysq", "mysqldb", "mysite", "mysq_x", "mysqm", "Mysql", "MYSQL", "_x", "1x", "x-y"] {
            #expect(fits(name), "\(name)")
        }
        #expect(Set(MariaDBDatabases.patterns).count == MariaDBDatabases.patterns.count)
    }

    @Test func notes() {
        #expect(MariaDBProcessNote("17 4242\n") == MariaDBProcessNote(pid: 17, startTicks: 4242))
        for text in ["", "17", "17 x", "-1 5", "0 5", "17 4242 5"] { #expect(MariaDBProcessNote(text) == nil) }
        #expect(MariaDBProcessNote(pid: 4_000_000, startTicks: 1).identity == nil)
    }

    @Test func answers() throws {
        let row = ["10.11.19-MariaDB-log", "all", "fixed", "1", "3", "time_zone\u{1f}no"]
        let answers = try #require(MariaDBFacts.answers(row, fixed: "fixed"))
        #expect(
            answers
                == .init(
                    version: "10.11.19", configuration: "all", restartPending: false, bootstrapped: true, masterGeneration: 3,
                    refusedParameters: ["time_zone": "no"]))
        #expect(MariaDBFacts.answers(row, fixed: "other")?.restartPending == true)
        #expect(MariaDBFacts.answers(row, fixed: nil)?.restartPending == false)
        #expect(MariaDBFacts.answers(["10.11.19"], fixed: nil) == nil)
    }

    @Test func refusalsAreReadAsTheyWereWritten() {
        let refused = ["time_zone": "no\u{1f}such zone", "sql_mode": "", "": "in line 3"]
        #expect(RefusedParameters.read(RefusedParameters.text(refused)) == refused)
        #expect(RefusedParameters.read("") == [:])
    }

    @Test(arguments: [
        (1024, 768 << 20, 85), (2048, 1536 << 20, 170), (16384, 12288 << 20, 1365),
    ])
    func memory(_ memoryMiB: Int, _ pool: Int, _ connections: Int) {
        let values = ServerSettings.mariaDB(DBInstanceClass(name: "db.x", vCPUs: 2, memoryMiB: memoryMiB)).parameters
        #expect(values["innodb_buffer_pool_size"] == "\(pool)" && values["max_connections"] == "\(connections)")
    }
}
