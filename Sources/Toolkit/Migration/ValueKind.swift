/// What a column holds, whatever its engine calls it. Every kind has one text form in which values cross (`ValueText`).
public enum ValueKind: Sendable, Hashable {
    case boolean
    /// 2, 4 or 8 bytes.
    case integer(bytes: Int)
    /// MySQL's `BIGINT UNSIGNED`.
    case unsigned64
    /// Nil: as many digits as it takes.
    case decimal(precision: Int?, scale: Int?)
    case real
    case double
    /// Nil: without a limit.
    case text(length: Int?)
    case bytes
    case date
    /// Within a day, without a time zone.
    case time
    /// Without a time zone.
    case timestamp
    /// A moment; UTC while it crosses.
    case moment
    case uuid
    case json
    /// What other engines do not have: arrays, ranges, intervals, network addresses … They cross as their text.
    case other
}
