public import Foundation

/// `ddd:hh24:mi-ddd:hh24:mi` in UTC, as RDS writes `PreferredMaintenanceWindow`.
public struct MaintenanceWindow: Sendable, Equatable {
    /// Minutes since Monday 00:00 UTC.
    public var start: Int
    /// Minutes since Monday 00:00 UTC, exclusive; smaller than `start` when the window spans the end of the week.
    public var end: Int

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let minutesPerWeek = 7 * 24 * 60

    /// Nil for a text of another form.
    public init?(_ text: String) {
        let ends = text.lowercased().split(separator: "-").map(String.init)
        guard ends.count == 2, let start = Self.minute(ends[0]), let end = Self.minute(ends[1]) else { return nil }
        self.start = start
        self.end = end
    }

    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 3, let day = days.firstIndex(of: parts[0]), let hour = Int(parts[1]), let minute = Int(parts[2]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return (day * 24 + hour) * 60 + minute
    }

    /// 1970-01-01 was a Thursday, so the epoch lies three days into a week that starts on Monday.
    private static func minuteOfWeek(_ date: Date) -> Int {
        let minutes = Int((date.timeIntervalSince1970 / 60).rounded(.down)) + 3 * 24 * 60
        return ((minutes % minutesPerWeek) + minutesPerWeek) % minutesPerWeek
    }

    public func contains(_ date: Date) -> Bool {
        let minute = Self.minuteOfWeek(date)
        return start <= end ? (start..<end).contains(minute) : minute >= start || minute < end
    }

    /// The next time it opens, strictly after `date`.
    public func next(after date: Date) -> Date {
        let wait = (start - Self.minuteOfWeek(date) + Self.minutesPerWeek - 1) % Self.minutesPerWeek + 1
        let wholeMinute = (date.timeIntervalSince1970 / 60).rounded(.down) * 60
        return Date(timeIntervalSince1970: wholeMinute + Double(wait) * 60)
    }
}
