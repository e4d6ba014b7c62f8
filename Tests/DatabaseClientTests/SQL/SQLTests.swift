import Foundation
import Testing

@testable import DatabaseClient

@Suite("SQL")
struct SQLTests {
    @Test func interpolationBinds() throws {
        let evil = "x' OR '1'='1"
        let sql: SQL = "SELECT * FROM \(SQLIdentifier("public", "we\"ird")) WHERE a = \(evil) AND b IN (\(list: [1, 2]))"
        let rendered = try sql.rendered(for: .postgresql)
        #expect(rendered.text == #"SELECT * FROM "public"."we""ird" WHERE a = $1 AND b IN ($2, $3)"#)
        #expect(rendered.values == [.text(evil), .int(1), .int(2)])
        #expect(try sql.rendered(for: .mysql).text == #"SELECT * FROM `public`.`we"ird` WHERE a = ? AND b IN (?, ?)"#)
    }

    @Test func fragmentsKeepTheirParameters() throws {
        let filter: SQL = "a = \(1)"
        let none: Int? = nil
        let sql: SQL = "SELECT \(none) WHERE \(filter) AND b IN (\(list: [String]()))"
        let rendered = try (sql + " LIMIT \(5)").rendered(for: .postgresql)
        #expect(rendered.text == "SELECT $1 WHERE a = $2 AND b IN (NULL) LIMIT $3")
        #expect(rendered.values == [.null, .int(1), .int(5)])
    }

    @Test func wrongNamesAreRefused() {
        #expect(throws: DatabaseError.self) { try ("\(SQLIdentifier(""))" as SQL).rendered(for: .mysql) }
        #expect(throws: DatabaseError.self) { try ("\(SQLIdentifier("a\0"))" as SQL).rendered(for: .sqlite) }
        let many = SQL("\(list: Array(repeating: 1, count: 65_536))")
        #expect(throws: DatabaseError.self) { try many.rendered(for: .postgresql) }
    }

    @Test(
        arguments: [
            ("2026-01-02", 1_767_312_000.0), ("2026-01-02 03:04:05", 1_767_323_045), ("2026-01-02T03:04:05Z", 1_767_323_045),
            ("2026-01-02 03:04:05.5+02", 1_767_315_845.5), ("2026-01-02 03:04:05-05:30", 1_767_342_845),
            ("1969-12-31 23:59:59", -1), ("2024-02-29 00:00", 1_709_164_800),
        ])
    func timestamps(text: String, seconds: Double) {
        #expect(Timestamp.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: ["", "x", "2026", "2026-13-01", "2026-01-02 3", "2026-01-02 03:04:05+", "2026-01-02 03:04:05 x", "infinity"])
    func noTimestamps(text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test func timestampsAreWritten() {
        #expect(Timestamp.text(Date(timeIntervalSince1970: 1_767_323_045.25), digits: 6) == "2026-01-02 03:04:05.250000")
        #expect(Timestamp.text(Date(timeIntervalSince1970: -0.001), digits: 3) == "1969-12-31 23:59:59.999")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e13, -1e300])
    func datesThatAreNone(seconds: Double) async {
        let date = Date(timeIntervalSince1970: seconds)
        for engine in [DatabaseEngine.postgresql, .mysql, .sqlite] {
            #expect(throws: DatabaseError.self) { try ("SELECT \(date)" as SQL).rendered(for: engine) }
        }
        let rows = BulkRows(table: SQLIdentifier("t"), columns: [SQLIdentifier("at")]) { [.instant(date)] }
        await #expect(throws: DriverFailure.self) { try await rows.next() }
        // Where nothing can be thrown it is some text all the same.
        #expect(!Timestamp.text(date, digits: 6).isEmpty)
    }

    @Test func farDatesAreWritten() throws {
        for date in [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 9.2e12), Date(timeIntervalSince1970: -9.2e12)]
        {
            #expect(try ("SELECT \(date)" as SQL).rendered(for: .postgresql).values == [.instant(date)])
        }
        #expect(Timestamp.text(.distantFuture, digits: 0) == "4001-01-01 00:00:00.")
    }

    @Test func lengthsFitTheProtocol() throws {
        #expect(try PostgreSQLParameters.length(Int(Int32.max)) == Int32.max)
        #expect(throws: DriverFailure.self) { try PostgreSQLParameters.length(Int(Int32.max) + 1) }
    }

    @Test func propertiesFindSnakeCase() {
        let names = ColumnNames(["display_name", "id", "id"])
        #expect(names.index("displayName") == 0 && names.index("id") == 1 && names.index("ID") == nil)
        #expect(ColumnNames.snakeCase("likesOfURL2") == "likes_of_u_r_l2" && ColumnNames.snakeCase("größeÄ") == "größe_ä")
    }

    @Test(
        arguments: [
            ("SELECT a FROM t ORDER BY a", true), ("SELECT a FROM t", false), ("SELECT a FROM t ORDER BY a LIMIT 5", false),
            ("SELECT a FROM (SELECT a FROM t LIMIT 5) x order by a", true), ("SELECT 'LIMIT' FROM t ORDER BY a", true),
            ("SELECT 'it''s \\' LIMIT', `limit` FROM t ORDER BY a", true), ("SELECT a FROM t ORDER BY a -- LIMIT 5", true),
            ("SELECT a /* LIMIT */ FROM t ORDER BY a\nlimit 3", false), ("SELECT a FROM t ORDER BY a FOR UPDATE", false),
            ("SELECT a FROM t # LIMIT\n ORDER BY a", true), ("SELECT limit_ FROM t ORDER BY a", true),
            ("SELECT 5--3 FROM t ORDER BY a LIMIT 5", false), ("SELECT 5--a FROM t ORDER BY a", true),
            ("SELECT a FROM t ORDER BY a --\tLIMIT 5", true), ("SELECT a FROM t ORDER BY a --\nLIMIT 5", false),
            ("SELECT 5---a FROM t ORDER BY a LIMIT 5", false),
        ])
    func orderIsKept(text: String, isLimited: Bool) throws {
        let limited = try SQL(trusted: text).keepingItsOrder.rendered(for: .mysql).text
        #expect(limited.hasSuffix("LIMIT 18446744073709551615") == isLimited)
        let bound: SQL = "SELECT a FROM t WHERE b = \("x") ORDER BY a LIMIT \(5)"
        #expect(bound.keepingItsOrder == bound)
        let subtracted: SQL = "SELECT 5--\(3) FROM t ORDER BY a LIMIT 5"
        #expect(subtracted.keepingItsOrder == subtracted)
    }

    /// An accent behind a mark makes one character of both, which is none of the marks; to the server it still is one.
    @Test func namesCannotLeaveTheirMarks() throws {
        for engine in DatabaseEngine.allCases {
            let mark = engine == .mysql ? "`" : "\""
            let quoted = try SQLIdentifier("a\(mark)\u{301}; DROP TABLE t; --").quoted(for: engine)
            #expect(Array(quoted.utf8) == Array("\(mark)a\(mark)\(mark)\u{301}; DROP TABLE t; --\(mark)".utf8))
        }
    }

    @Test func statementsArePreparedWhenTheyComeAgain() {
        var cache = StatementCache(isEnabled: true)
        #expect(cache.use("a") == .plain && cache.use("a") == .plain)
        guard case .prepare(let name) = cache.use("a") else {
            Issue.record("not prepared")
            return
        }
        cache.prepared("a", name: name)
        #expect(cache.use("a") == .prepared(name: name))
        cache.forget("a")
        #expect(cache.use("a") == .plain)
        cache.isEnabled = false
        #expect(cache.use("a") == .plain && cache.use("a") == .plain && cache.use("a") == .plain)
    }
}
