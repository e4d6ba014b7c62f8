import DatabaseURLs
import Testing

@testable import Toolkit

@Suite struct StatementSplitterTests {
    private func texts(_ sql: String, _ dialect: Dialect = .postgresql) throws -> [String] {
        try StatementSplitter.statements(sql, dialect).map(\.text)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var dialect: Dialect
        var sql: String
        var wanted: [String]
        var testDescription: String { "\(dialect): \(sql.prefix(50))" }
    }

    static let cases: [Case] = [
        .init(dialect: .postgresql, sql: "SELECT 1; SELECT 2", wanted: ["SELECT 1", "SELECT 2"]),
        .init(dialect: .postgresql, sql: ";;\n ; ", wanted: []),
        .init(
            dialect: .postgresql, sql: "SELECT ';' , \";\" ; -- a; b\n/* c; /* d; */ e; */ SELECT 2;",
            wanted: ["SELECT ';' , \";\"", "SELECT 2"]),
        .init(
            dialect: .postgresql, sql: "SELECT 'it''s; so'; SELECT E'a\\'; b'; SELECT 'a\\'; SELECT 1;",
            wanted: ["SELECT 'it''s; so'", "SELECT E'a\\'; b'", "SELECT 'a\\'", "SELECT 1"]),
        .init(
            dialect: .postgresql, sql: "DO $$ BEGIN x; END $$; SELECT $a$ ; $$ ; $a$; SELECT a$b$c; SELECT $1;",
            wanted: ["DO $$ BEGIN x; END $$", "SELECT $a$ ; $$ ; $a$", "SELECT a$b$c", "SELECT $1"]),
        .init(
            dialect: .postgresql, sql: "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
            wanted: ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"]),
        .init(
            dialect: .postgresql,
            sql: "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; SELECT 1",
            wanted: [
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END", "SELECT 1",
            ]),
        .init(dialect: .postgresql, sql: "\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", wanted: ["SELECT 1"]),
        .init(dialect: .postgresql, sql: "BEGIN; SELECT 1; END;", wanted: ["BEGIN", "SELECT 1", "END"]),
        .init(dialect: .postgresql, sql: "\u{FEFF}SELECT 'ü;';", wanted: ["SELECT 'ü;'"]),
        .init(
            dialect: .mysql, sql: "SELECT 'a\\'; b', \"c\\\"; d\", `e;``f`; # x; y\nSELECT 2; --z;\n",
            wanted: ["SELECT 'a\\'; b', \"c\\\"; d\", `e;``f`", "SELECT 2", "--z"]),
        .init(dialect: .mysql, sql: "-- a; b\n--\tc;\n/* d; */ SELECT 5--1;", wanted: ["SELECT 5--1"]),
        .init(
            dialect: .mysql, sql: "/*!40101 SET NAMES utf8mb4 */;\nSELECT /* no /* nesting; */ 1;",
            wanted: ["/*!40101 SET NAMES utf8mb4 */", "SELECT /* no /* nesting; */ 1"]),
        .init(
            dialect: .mysql, sql: "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END$$\ndelimiter ;\nSELECT 3;",
            wanted: ["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END", "SELECT 3"]),
        .init(
            dialect: .sqlite,
            sql:
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 'END;'; SELECT CASE WHEN 1 THEN 2 END; END; "
                + "SELECT [a;b];",
            wanted: [
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 'END;'; SELECT CASE WHEN 1 THEN 2 END; END",
                "SELECT [a;b]",
            ]),
        .init(dialect: .sqlite, sql: "SELECT 'a\\'; SELECT `b;`; /* not ended; ", wanted: ["SELECT 'a\\'", "SELECT `b;`"]),
        .init(
            dialect: .sqlite, sql: "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;",
            wanted: ["PRAGMA foreign_keys=OFF", "BEGIN TRANSACTION", "COMMIT"]),
    ]

    @Test("Statements end where their client would end them", arguments: cases)
    func splits(_ one: Case) throws {
        #expect(try texts(one.sql, one.dialect) == one.wanted)
    }

    @Test("Each knows its line, and the line of an error within it")
    func lines() throws {
        let found = try StatementSplitter.statements("-- one\n\nSELECT 1;\n\n  SELECT\n  2;", .postgresql)
        #expect(found.map(\.line) == [3, 5])
        #expect(found[1].line(ofCharacter: 10) == 6)
    }

    @Test(
        "What is not ended, and what only a client program understands, is refused with its line",
        arguments: [
            (Dialect.postgresql, "SELECT 1;\nSELECT 'abc", 2, "string"), (.postgresql, "\n/* a /* b */", 2, "no */"),
            (.postgresql, "DO $x$ BEGIN", 1, "$x$"), (.postgresql, "SELECT \"a", 1, "quoted name"),
            (.postgresql, "SELECT 1;\n\\connect other\n", 2, "\\connect"), (.postgresql, "SELECT 1 \\gexec", 1, "\\gexec"),
            (.postgresql, "SELECT (1; SELECT 2", 1, ")"), (.postgresql, "COPY t FROM STDIN;\n1\t2\n", 1, "\\."),
            (.postgresql, "COPY t FROM stdin; 1\n\\.\n", 1, "line of its own"), (.mysql, "source other.sql\n", 1, "source"),
            (.mysql, "SELECT 1\\G", 1, "\\G"), (.mysql, "DELIMITER\nSELECT 1", 1, "DELIMITER"),
            (.mysql, "SELECT 1;\n\nSELECT \"a\\\"", 3, "string"), (.sqlite, "SELECT 1;\n.read other.sql\n", 2, ".read"),
        ])
    func refuses(_ dialect: Dialect, _ sql: String, _ line: Int, _ fragment: String) {
        let failure = #expect(throws: SplitFailure.self) { try StatementSplitter.statements(sql, dialect) }
        #expect(failure?.line == line)
        #expect(failure?.reason.contains(fragment) == true, "\(failure?.reason ?? "")")
    }

    @Test("COPY's data follows its statement and is no SQL")
    func copy() throws {
        let sql = "COPY public.t (a, b) FROM stdin;\n1\tit's; \\N\n\\\\.\n\\.\n\nSELECT 2;\nCOPY t TO STDOUT;"
        let found = try StatementSplitter.statements(sql, .postgresql)
        #expect(found.map(\.text) == ["COPY public.t (a, b) FROM stdin", "SELECT 2", "COPY t TO STDOUT"])
        let range = try #require(found[0].copyData)
        #expect(String(decoding: Array(sql.utf8)[range], as: UTF8.self) == "1\tit's; \\N\n\\\\.\n")
        #expect(found[1].line == 6 && found[2].copyData == nil)
    }

    @Test("Any bytes are split or refused, without a crash or a loop")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "'", "\"", "$$", "$a$", "--", "/*", "*/", ";", "\\", "\n", "(", ")", "COPY a FROM STDIN", "BEGIN", "END", "x",
            "CREATE TRIGGER", "DELIMITER ", "`", "[", "]", "\u{0}", "é",
        ]
        for _ in 0..<3_000 {
            let sql = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined(
                separator: " ")
            for dialect in Dialect.allCases {
                do { _ = try StatementSplitter.statements(sql, dialect) } catch { #expect(error.line >= 1) }
            }
        }
    }

    @Test(
        "Transactions of the file's own are recognised",
        arguments: [
            ("BEGIN", TransactionWord.begin), ("begin transaction", .begin), ("START TRANSACTION", .begin), ("COMMIT", .commit),
            ("END TRANSACTION", .commit), ("ROLLBACK", .rollback), ("ABORT", .rollback), ("ROLLBACK TO SAVEPOINT a", nil),
            ("SAVEPOINT a", nil), ("COMMENT ON TABLE a IS 'b'", nil), ("COMMIT PREPARED 'a'", nil), ("ROLLBACK WORK TO a", nil),
        ] as [(String, TransactionWord?)])
    func transactionWords(_ text: String, _ wanted: TransactionWord?) {
        #expect(TransactionWord(Statement(text: text, line: 1)) == wanted)
    }

    @Test("Identifiers are quoted, whatever they hold")
    func identifiers() throws {
        #expect(try Dialect.postgresql.quoted("a\"; DROP DATABASE x; --") == "\"a\"\"; DROP DATABASE x; --\"")
        #expect(try Dialect.mysql.quoted("a`b\"c") == "`a``b\"c`")
        #expect(try Dialect.postgresql.quoted("a\"\u{301}; DROP DATABASE x; --") == "\"a\"\"\u{301}; DROP DATABASE x; --\"")
        #expect(throws: ToolkitError.self) { try Dialect.sqlite.quoted("") }
        #expect(throws: ToolkitError.self) { try Dialect.postgresql.quoted("a\u{0}b") }
        #expect(MySQLSession.literal("a'\\\"é") == "_utf8mb4 0x61275c22c3a9")
    }
}
