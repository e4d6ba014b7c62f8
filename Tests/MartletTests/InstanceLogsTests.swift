import Testing

@testable import martlet

@Suite struct InstanceLogsTests {
    private func files(_ names: String...) -> [InstanceLogsClient.File] {
        names.map { .init(name: $0, sizeBytes: 1, lastWrittenMs: 1) }
    }

    @Test func theNextFileDiffersInNumbersAlone() {
        let all = files(
            "error/postgres.log", "error/postgresql.log.2026-11-21-01", "error/postgresql.log.2026-11-21-02",
            "error/postgresql.log.2026-11-21-03")
        #expect(
            LogSuccession.next(after: "error/postgresql.log.2026-11-21-01", all) == "error/postgresql.log.2026-11-21-02")
        #expect(LogSuccession.next(after: "error/postgresql.log.2026-11-21-03", all) == nil)
        #expect(LogSuccession.next(after: "error/postgres.log", all) == nil)
    }

    @Test func aFileThatIsTurnedOverIsNoSuccessor() {
        let slow = "slowquery/mysql-slowquery.log"
        #expect(LogSuccession.next(after: slow, files(slow, "\(slow).2026-11-21.02")) == nil)
    }

    @Test func theNewestWasWrittenLast() {
        var all = files("a", "b", "c")
        #expect(LogSuccession.newest(all) == "c")
        all[0].lastWrittenMs = 2
        #expect(LogSuccession.newest(all) == "a")
        #expect(LogSuccession.newest([]) == nil)
    }

    @Test func jsonIsLineByLineWhereverPortionsEnd() {
        var printer = LogPrinter(asJSON: true)
        #expect(printer.complete("one\ntw", of: "f") == [.init(file: "f", line: "one")])
        #expect(printer.complete("o\n\nthr", of: "f") == [.init(file: "f", line: "two"), .init(file: "f", line: "")])
        #expect(printer.complete("ee\n", of: "g") == [.init(file: "f", line: "thr"), .init(file: "g", line: "ee")])
        #expect(printer.complete("", of: "g") == [])
    }

    @Test func theListIsATable() {
        let table = LogFileTable.render([.init(name: "error/postgres.log", sizeBytes: 12345, lastWrittenMs: 1_795_228_200_000)])
        #expect(
            table == """
                LOG FILE             SIZE  LAST WRITTEN
                error/postgres.log  12345  2026-11-21T02:30:00Z
                """)
    }

    @Test func answersAreReadByteByByte() {
        let xml = "<A><B>\u{301}x &amp;lt; &#xD;\n</B><C/><B>2</B></A>"
        let tree = AnswerTree(xml.utf8)
        #expect(tree?["B"]?.text == "\u{301}x &lt; \r\n")
        #expect(tree?.children.map(\.name) == ["B", "C", "B"])
        #expect(AnswerTree("<A><B></A>".utf8) == nil && AnswerTree("text".utf8) == nil)
    }
}
