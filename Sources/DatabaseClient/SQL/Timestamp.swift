internal import AWSWire
internal import Foundation

/// Instants as the three engines write them, in UTC, without a formatter.
enum Timestamp {
    /// Seconds before and after 1970, some 290,000 years: what microseconds in 64 bits can count.
    private static let limit = 9.2e12

    /// Whether `date` is an instant that can be written.
    static func canWrite(_ date: Date) -> Bool { abs(date.timeIntervalSince1970) <= limit }

    /// `2026-01-02 03:04:05.678901`, cut after `digits` digits of the second's fraction.
    ///
    /// Of a date that cannot be written, which is refused where statements are made: the nearest that can, or 1970.
    static func text(_ date: Date, digits: Int) -> String {
        let since = date.timeIntervalSince1970
        let near = since.isNaN ? 0 : min(max(since, -limit), limit)
        let micros = Int((near * 1_000_000).rounded())
        let seconds = floorDivided(micros, 1_000_000)
        let fraction = micros - seconds * 1_000_000
        let days = floorDivided(seconds, 86_400)
        let time = seconds - days * 86_400
        let day = CivilDate(daysFromEpoch: days)
        let clock = "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
        return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2)) \(clock)."
            + padded(fraction, 6).prefix(digits)
    }

    /// Reads a date, or a date and a time after a space or `T`, with or without fraction and zone. No zone means UTC.
    static func date(_ text: String) -> Date? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), skip(&rest, "-"), let month = number(&rest, 2), skip(&rest, "-"),
            let day = number(&rest, 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysFromEpoch
        guard !rest.isEmpty else { return Date(timeIntervalSince1970: Double(days) * 86_400) }
        guard skip(&rest, " ") || skip(&rest, "T"), let hour = number(&rest, 2), skip(&rest, ":"),
            let minute = number(&rest, 2), hour < 25, minute < 60
        else { return nil }
        var second: Int = 0
        if skip(&rest, ":") {
            guard let value = number(&rest, 2) else { return nil }
            second = value
        }
        let fraction = fraction(&rest)
        guard let zone = zone(&rest), rest.isEmpty else { return nil }
        let whole = ((days * 24 + hour) * 60 + minute) * 60 + second - zone
        return Date(timeIntervalSince1970: Double(whole) + fraction)
    }

    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Double {
        guard skip(&rest, ".") else { return 0 }
        var value = 0.0
        var unit = 0.1
        while let digit = rest.first, (0x30...0x39).contains(digit) {
            value += Double(digit - 0x30) * unit
            unit /= 10
            rest = rest.dropFirst()
        }
        return value
    }

    /// Seconds east of UTC: nothing, `Z`, `+02`, `-05:30`, `+0130`, `+05:30:10`.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int? {
        if rest.isEmpty || skip(&rest, "Z") { return 0 }
        let sign: Int = skip(&rest, "-") ? -1 : 1
        guard sign == -1 || skip(&rest, "+"), let hours = number(&rest, 2) else { return nil }
        var seconds = hours * 3600
        for unit: Int in [60, 1] where !rest.isEmpty {
            _ = skip(&rest, ":")
            guard let value = number(&rest, 2) else { return nil }
            seconds += value * unit
        }
        return sign * seconds
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        var value: Int = 0
        for byte in rest.prefix(width) {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        rest = rest.dropFirst(width)
        return value
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ mark: Character) -> Bool {
        guard rest.first == mark.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func floorDivided(_ value: Int, _ by: Int) -> Int {
        value / by - (value % by < 0 ? 1 : 0)
    }
}
