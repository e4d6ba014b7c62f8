internal import Foundation

/// Log files as text for people.
enum LogFileTable {
    static func render(_ files: [InstanceLogsClient.File]) -> String {
        let rows = files.map { [$0.name, String($0.sizeBytes), time($0.lastWrittenMs)] }
        let names = rows.map { $0[0].count }.max() ?? 0
        let sizes = max(4, rows.map { $0[1].count }.max() ?? 0)
        return ([["LOG FILE", "SIZE", "LAST WRITTEN"]] + rows).map { row in
            row[0] + spaces(max(8, names) - row[0].count) + "  " + spaces(sizes - row[1].count) + row[1] + "  " + row[2]
        }.joined(separator: "\n")
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    private static func time(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(Date.ISO8601FormatStyle())
    }
}
