internal import Foundation

/// Dates as AWS writes and reads them.
enum Timestamp {
    /// `2025-11-20T23:07:00.123Z`
    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    static func parse(_ text: String) -> Date? {
        guard text.count <= 40 else { return nil }
        var candidate = text
        if text.firstIndex(of: "T") == nil { candidate += "T00:00:00" }
        let time = candidate.drop { $0 != "T" }
        if !time.contains("Z") && !time.contains("+") && !time.contains("-") { candidate += "Z" }
        // `2025-11-20T23:00Z`, as RDS's guide writes it, lacks the seconds that ISO8601FormatStyle insists on.
        let parts = candidate.split(separator: "T", maxSplits: 1).map(String.init)
        let zone = parts[1].firstIndex { "Z+-".contains($0) } ?? parts[1].endIndex
        if parts[1][..<zone].filter({ $0 == ":" }).count == 1 {
            candidate = "\(parts[0])T\(parts[1][..<zone]):00\(parts[1][zone...])"
        }
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? style.parse(candidate) { return date }
        }
        return nil
    }
}
