/// An instant as Signature Version 4 writes it: `20150830T123600Z`, in UTC, to the second.
///
/// Made and read without a formatter: it is on the path of every request.
public struct AmzDate: Sendable, Equatable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int

    public init(seconds: Int) { self.seconds = seconds }

    /// Nil unless `text` is `YYYYMMDD'T'HHMMSS'Z'` and names a real instant.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[4..<6]), let day = decimal(bytes[6..<8]),
            let hour = decimal(bytes[9..<11]), let minute = decimal(bytes[11..<13]), let second = decimal(bytes[13..<15])
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Nil unless `text` is the date of an HTTP header (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// A signed request may carry `Date` where others carry `X-Amz-Date`. botocore then writes the zone as `-0000` (RFC 5322).
    public init?(httpDate text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 29, bytes[3] == UInt8(ascii: ","), bytes[19] == UInt8(ascii: ":"),
            bytes[22] == UInt8(ascii: ":"),
            [" GMT", " -0000", " +0000"].contains(where: { bytes[25...].elementsEqual($0.utf8) }),
            let month = monthNames.firstIndex(where: { bytes[8..<11].elementsEqual($0.utf8) }),
            let year = decimal(bytes[12..<16]), let day = decimal(bytes[5..<7]),
            let hour = decimal(bytes[17..<19]), let minute = decimal(bytes[20..<22]), let second = decimal(bytes[23..<25])
        else { return nil }
        self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    private init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard year >= 1970, (1...12).contains(month), (1...daysIn(month, of: year)).contains(day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysFromEpoch
        seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    }

    /// `20150830T123600Z`
    public var text: String {
        let time = ((seconds % 86_400) + 86_400) % 86_400
        return "\(day)T\(padded(time / 3600, 2))\(padded(time / 60 % 60, 2))\(padded(time % 60, 2))Z"
    }

    /// `20150830`: the day of the credential scope.
    public var day: String {
        let date = CivilDate(daysFromEpoch: (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400)
        return padded(date.year, 4) + padded(date.month, 2) + padded(date.day, 2)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    public var httpDate: String {
        let time = ((seconds % 86_400) + 86_400) % 86_400
        let days = (seconds - time) / 86_400
        let date = CivilDate(daysFromEpoch: days)
        // 1970-01-01 was a Thursday.
        let weekday = dayNames[((days % 7) + 7) % 7]
        let clock = "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
        return "\(weekday), \(padded(date.day, 2)) \(monthNames[date.month - 1]) \(padded(date.year, 4)) \(clock) GMT"
    }

    public static func < (a: AmzDate, b: AmzDate) -> Bool { a.seconds < b.seconds }
    public static func + (a: AmzDate, seconds: Int) -> AmzDate { AmzDate(seconds: a.seconds + seconds) }
    public static func - (a: AmzDate, seconds: Int) -> AmzDate { AmzDate(seconds: a.seconds - seconds) }
}

private let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
private let dayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

/// The value of a run of ASCII digits; nil when any is something else.
private func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard digit >= 0x30, digit <= 0x39 else { return nil }
        value = value * 10 + Int(digit - 0x30)
    }
    return value
}

private func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

private func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

private func daysIn(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}
