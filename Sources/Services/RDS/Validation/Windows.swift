internal import AWSWire
internal import Resources

/// A daily or weekly window, in minutes UTC.
struct TimeWindow: Sendable, Equatable {
    static let day = 1440
    static let week = 7 * day
    static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// From Monday (weekly) or any day (daily), 00:00.
    var start: Int
    /// Minutes.
    var length: Int
    var isWeekly: Bool

    /// As RDS writes it: `hh24:mi-hh24:mi` or `ddd:hh24:mi-ddd:hh24:mi`.
    var text: String { "\(clock(start))-\(clock(start + length))" }

    private func clock(_ minute: Int) -> String {
        let inDay = minute % Self.day
        let time = "\(twoDigits(inDay / 60)):\(twoDigits(inDay % 60))"
        return isWeekly ? "\(Self.weekdays[minute / Self.day % 7]):\(time)" : time
    }

    private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    func overlaps(_ other: TimeWindow) -> Bool {
        occurrences.contains { mine in
            other.occurrences.contains { theirs in
                // On a circle: one of the two begins inside the other.
                (theirs - mine + Self.week) % Self.week < length || (mine - theirs + Self.week) % Self.week < other.length
            }
        }
    }

    /// The minutes of the week at which it begins.
    private var occurrences: [Int] { isWeekly ? [start] : (0..<7).map { $0 * Self.day + start } }
}

extension TimeWindow {
    static func backup(_ text: String) throws -> TimeWindow {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = minuteOfDay(parts[0]), let to = minuteOfDay(parts[1]) else {
            throw Fault.invalidParameterValue(
                "The parameter PreferredBackupWindow is not valid: \(text.prefix(64)). It must be in the form hh24:mi-hh24:mi.")
        }
        let window = TimeWindow(start: from, length: (to - from + day) % day, isWeekly: false)
        try window.checkLength("PreferredBackupWindow")
        return window
    }

    static func maintenance(_ text: String) throws -> TimeWindow {
        let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = minuteOfWeek(parts[0]), let to = minuteOfWeek(parts[1]) else {
            throw Fault.invalidParameterValue(
                "The parameter PreferredMaintenanceWindow is not valid: \(text.prefix(64)). "
                    + "It must be in the form ddd:hh24:mi-ddd:hh24:mi.")
        }
        let window = TimeWindow(start: from, length: (to - from + week) % week, isWeekly: true)
        try window.checkLength("PreferredMaintenanceWindow")
        guard window.length < day else {
            throw Fault.invalidParameterValue("The parameter PreferredMaintenanceWindow must be less than 24 hours long.")
        }
        return window
    }

    static func checkApart(_ backup: TimeWindow, _ maintenance: TimeWindow) throws {
        guard !backup.overlaps(maintenance) else {
            throw Fault.invalidParameterValue(
                "The backup window and maintenance window must not overlap. (PreferredBackupWindow is \(backup.text), "
                    + "PreferredMaintenanceWindow \(maintenance.text).)")
        }
    }

    private func checkLength(_ parameter: String) throws {
        guard length >= 30 else {
            throw Fault.invalidParameterValue("The parameter \(parameter) must be at least 30 minutes long.")
        }
    }

    private static func minuteOfDay(_ text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)),
            bytes[0].isASCIIDigit, bytes[3].isASCIIDigit, (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    private static func minuteOfWeek(_ text: Substring) -> Int? {
        guard text.count == 9, text.dropFirst(3).first == ":", let weekday = weekdays.firstIndex(of: String(text.prefix(3))),
            let minute = minuteOfDay(text.dropFirst(4))
        else { return nil }
        return weekday * day + minute
    }
}
