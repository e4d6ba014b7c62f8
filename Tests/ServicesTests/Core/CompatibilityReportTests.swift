import Foundation
import Testing

@testable import Services

@Suite struct CompatibilityReportTests {
    private static var file: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/compatibility.md")
    }

    /// `MARTLET_WRITE_DOCS=1` writes the page anew instead.
    @Test func thePageSaysWhatTheCodeDoes() throws {
        let report = CompatibilityReport.markdown()
        if ProcessInfo.processInfo.environment["MARTLET_WRITE_DOCS"] == "1" {
            try report.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let page = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(page == report, "docs/compatibility.md is out of date: run the tests once with MARTLET_WRITE_DOCS=1")
    }

    @Test func everyOperationAndParameterIsListed() {
        let report = CompatibilityReport.markdown()
        for table in allTables {
            for entry in table.entries.values {
                #expect(report.contains("### \(entry.operation.action)\n"))
                for rule in entry.operation.parameters { #expect(report.contains("| `\(rule.name)` |")) }
            }
            for action in table.known where table.entries[action] == nil { #expect(report.contains("`\(action)`")) }
        }
    }
}
