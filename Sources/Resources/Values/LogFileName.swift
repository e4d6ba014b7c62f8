/// The name of a log file, and which file it continues.
///
/// A server writes to a file of a fixed name, its stem. A file that is full, or over, is renamed to the stem with the hour
/// behind it (`slowquery/mysql-slowquery.log.2026-11-21.02`), and a number for more of them in one hour. PostgreSQL has the
/// hour in the stem (`error/postgresql.log.2026-11-21-02`), so that only the number is added.
public struct LogFileName: Sendable, Hashable, Comparable {
    /// The name under which the server wrote it.
    public var stem: String
    /// The hour in which it was turned over, `2026-11-21.02`; empty where the name has none.
    public var hour: String
    /// Tells those of one hour apart; 0 for the first.
    public var number: Int

    public init(_ name: String) {
        var rest = name[...]
        number = 0
        hour = ""
        if let (shorter, tail) = Self.cut(rest), (1...4).contains(tail.count), let found = Int(tail), found > 0 {
            // The hour of `….2026-11-21.02` is no number of its own.
            if Self.cut(shorter).map({ Self.isDay($0.1) }) != true {
                number = found
                rest = shorter
            }
        }
        if let (withDay, clock) = Self.cut(rest), clock.count == 2, clock.allSatisfy(\.isASCIIDigit),
            let (shorter, day) = Self.cut(withDay), Self.isDay(day)
        {
            hour = "\(day).\(clock)"
            rest = shorter
        }
        stem = String(rest)
    }

    public init(stem: String, hour: String, number: Int) {
        self.stem = stem
        self.hour = hour
        self.number = number
    }

    public var text: String { stem + (hour.isEmpty ? "" : ".\(hour)") + (number == 0 ? "" : ".\(number)") }

    /// False for the file that a server writes to now, or wrote to last.
    public var isTurnedOver: Bool { !hour.isEmpty || number > 0 }

    /// Older files of one stem come first; the one that the server writes to is the last.
    public static func < (lhs: LogFileName, rhs: LogFileName) -> Bool {
        if lhs.stem != rhs.stem { return lhs.stem < rhs.stem }
        if lhs.isTurnedOver != rhs.isTurnedOver { return lhs.isTurnedOver }
        return (lhs.hour, lhs.number) < (rhs.hour, rhs.number)
    }

    private static func cut(_ text: Substring) -> (Substring, Substring)? {
        text.lastIndex(of: ".").map { (text[..<$0], text[text.index(after: $0)...]) }
    }

    /// `2026-11-21`
    private static func isDay(_ text: Substring) -> Bool {
        text.count == 10
            && text.enumerated().allSatisfy { $0.offset == 4 || $0.offset == 7 ? $0.element == "-" : $0.element.isASCIIDigit }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension [DBLogFile] {
    /// The file that the server writes under that name, and what it wrote under it before: oldest first.
    ///
    /// By their last lines: MariaDB's audit plugin counts the other way round, its `….1` is the youngest.
    public func series(of stem: String) -> [DBLogFile] {
        let named = map { (name: LogFileName($0.name), file: $0) }.filter { $0.name.stem == stem }
        return named.sorted { one, other in
            if one.name.isTurnedOver != other.name.isTurnedOver { return one.name.isTurnedOver }
            return (one.file.lastWrittenMs, one.name) < (other.file.lastWrittenMs, other.name)
        }.map(\.file)
    }
}
