import Testing

@testable import Resources

@Suite struct LogFileNameTests {
    @Test(arguments: [
        ("error/postgresql.log.2026-11-21-02", "error/postgresql.log.2026-11-21-02", "", 0),
        ("error/postgresql.log.2026-11-21-02.1", "error/postgresql.log.2026-11-21-02", "", 1),
        ("error/postgres.log", "error/postgres.log", "", 0),
        ("error/postgres.log.1", "error/postgres.log", "", 1),
        ("slowquery/mysql-slowquery.log", "slowquery/mysql-slowquery.log", "", 0),
        ("slowquery/mysql-slowquery.log.2026-11-21.02", "slowquery/mysql-slowquery.log", "2026-11-21.02", 0),
        ("slowquery/mysql-slowquery.log.2026-11-21.00", "slowquery/mysql-slowquery.log", "2026-11-21.00", 0),
        ("slowquery/mysql-slowquery.log.2026-11-21.02.13", "slowquery/mysql-slowquery.log", "2026-11-21.02", 13),
        ("error/x.2026-11-21", "error/x.2026-11-21", "", 0),
        ("error/x.12345", "error/x.12345", "", 0),
    ])
    func read(name: String, stem: String, hour: String, number: Int) {
        let found = LogFileName(name)
        #expect(found == LogFileName(stem: stem, hour: hour, number: number))
        #expect(found.text == name)
        #expect(found.isTurnedOver == (name != stem))
    }

    @Test func aSeriesIsOldestFirst() {
        let stem = "general/mysql-general.log"
        let ordered = [".2026-11-20.23", ".2026-11-21.02", ".2026-11-21.02.2", ".2026-11-21.02.10", ".2026-11-21.03", ""]
        let files = (ordered.reversed().map { stem + $0 } + ["error/mysql-error.log"]).map {
            DBLogFile(name: $0, sizeBytes: 0, lastWrittenMs: 0, id: 0)
        }
        #expect(files.series(of: stem).map(\.name) == ordered.map { stem + $0 })
    }

    @Test func theLastLineCountsBeforeTheName() {
        let written: [(String, Int64)] = [("audit/a.log", 1), ("audit/a.log.1", 3), ("audit/a.log.2", 2)]
        let files = written.map { DBLogFile(name: $0.0, sizeBytes: 0, lastWrittenMs: $0.1, id: 0) }
        #expect(files.series(of: "audit/a.log").map(\.name) == ["audit/a.log.2", "audit/a.log.1", "audit/a.log"])
    }
}
