internal import Foundation

/// Dates as AWS writes and reads them.
enum Timestamp {
    /// `2025-11-20T23:07:00.123Z`
    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// ISO 8601 as clients send it: without a time it is midnight, without seconds the full minute, without a zone UTC.
    static func parse(_ text: String) -> Date? {
        guard text.utf8.count <= 40, let complete = complete(text) else { return nil }
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? style.parse(complete) { return date }
        }
        return nil
    }

    private static func complete(_ text: String) -> String? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count <= 2, let day = parts.first, !day.isEmpty else { return nil }
        let time = parts.count == 2 ? parts[1] : "00:00:00"
        let clock = time.prefix { !"Z+-".contains($0) }
        guard isClock(clock) else { return nil }
        let zone = time.dropFirst(clock.count)
        let seconds = clock.count { $0 == ":" } == 1 ? ":00" : ""
        return "\(day)T\(clock)\(seconds)\(zone.isEmpty ? "Z" : zone)"
    }

    /// `23:00` or `23:00:00.5`. Foundation would read 25:00 as an hour of the next day.
    private static func isClock(_ text: Substring) -> Bool {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0.prefix { $0 != "." }) ?? -1 }
        guard numbers.count == 2 || numbers.count == 3 else { return false }
        return (0..<24).contains(numbers[0]) && numbers.dropFirst().allSatisfy { (0..<60).contains($0) }
    }
}
