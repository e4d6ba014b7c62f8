internal import Foundation

/// What a row is called in the journal.
enum ThroughKey {
    /// A primary key's values, in the order of the table's columns.
    static func text(_ parts: [String]) -> String { parts.count == 1 ? parts[0] : parts.map(escaped).joined(separator: "|") }

    /// `a|b` and `c` are another key than `a` and `b|c`.
    private static func escaped(_ part: String) -> String {
        part.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "|", with: "\\|")
    }

    /// The primary key of a row; without one the row itself and its number.
    static func of(_ values: [String?], _ table: TableShape, _ line: ArraySlice<UInt8>, number: Int) -> String {
        let parts = zip(table.copied, values).filter { table.primaryKey.contains($0.0.name) }.map { $0.1 ?? "" }
        if !parts.isEmpty { return text(parts) }
        return "\(number)-" + String(line.withUnsafeBufferPointer { RowChecksum.hash($0) }, radix: 16)
    }

    /// The value of `Idempotency-Key` for a row. What a line break in a key would make of the request is not left to the data.
    static func idempotency(_ table: String, _ key: String) -> String {
        let text = "martlet-\(table)-\(key)"
        return text.unicodeScalars.map { scalar in
            guard scalar.value < 0x20 || scalar.value == 0x7F else { return String(scalar) }
            return (scalar.value < 0x10 ? "%0" : "%") + String(scalar.value, radix: 16, uppercase: true)
        }.joined()
    }
}
