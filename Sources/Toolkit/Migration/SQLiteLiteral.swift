internal import DatabaseURLs
internal import GRDBSQLite

/// SQLite's values as its literals, and bound again with the same storage class. `quote()` would do the first, but its text
/// ends at a NUL.
enum SQLiteLiteral {
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let quote = UInt8(ascii: "'")

    /// Adds a column of the present row as a literal, escaped for a line.
    ///
    /// - Throws: `SQLFailure` without memory.
    static func append(_ statement: OpaquePointer?, _ column: Int32, to line: inout [UInt8]) throws {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: line += "NULL".utf8
        case SQLITE_INTEGER: line += String(sqlite3_column_int64(statement, column)).utf8
        // The fewest digits that mean the same number.
        case SQLITE_FLOAT: line += "\(sqlite3_column_double(statement, column))".utf8
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            line += [UInt8(ascii: "X"), quote]
            for byte in UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))) {
                line.append(digits[Int(byte >> 4)])
                line.append(digits[Int(byte & 15)])
            }
            line.append(quote)
        default:
            guard let start = sqlite3_column_text(statement, column) else { throw SQLFailure("out of memory") }
            append(text: .init(start: start, count: Int(sqlite3_column_bytes(statement, column))), to: &line)
        }
    }

    private static func append(text: UnsafeBufferPointer<UInt8>, to line: inout [UInt8]) {
        line.append(quote)
        var rest = text[...]
        while let next = rest.firstIndex(of: quote) {
            LineText.append(UnsafeBufferPointer(rebasing: rest[...next]), to: &line)
            line.append(quote)
            rest = rest[(next + 1)...]
        }
        LineText.append(UnsafeBufferPointer(rebasing: rest), to: &line)
        line.append(quote)
    }

    /// The literal as SQL, which ends at a NUL.
    static func sql(_ literal: String) -> String {
        guard literal.utf8.contains(0) else { return literal }
        return "(" + EscapedText.replacing("\0", in: literal) { _ in "' || char(0) || '" } + ")"
    }

    static func bind(_ literal: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        switch literal.first {
        case UInt8(ascii: "'"): bind(text: unquoted(literal), at: place, statement)
        case UInt8(ascii: "X"): bind(blob: bytes(ofHex: literal.dropFirst(2).dropLast()), at: place, statement)
        case UInt8(ascii: "N"): sqlite3_bind_null(statement, place)
        default:
            let text = String(decoding: literal, as: UTF8.self)
            if let integer = Int64(text) {
                sqlite3_bind_int64(statement, place, integer)
            } else {
                sqlite3_bind_double(statement, place, Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity))
            }
        }
    }

    static func bind(text: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        text.withUnsafeBytes {
            let start = $0.baseAddress?.assumingMemoryBound(to: CChar.self)
            if let start {
                sqlite3_bind_text(statement, place, start, Int32($0.count), transient)
            } else {
                sqlite3_bind_text(statement, place, "", 0, transient)
            }
        }
    }

    static func bind(blob: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        if blob.isEmpty {
            sqlite3_bind_zeroblob(statement, place, 0)
        } else {
            blob.withUnsafeBytes { _ = sqlite3_bind_blob(statement, place, $0.baseAddress, Int32($0.count), transient) }
        }
    }

    private static func unquoted(_ literal: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isSecond = false
        for byte in literal.dropFirst().dropLast() {
            if byte == UInt8(ascii: "'"), !isSecond {
                isSecond = true
                result.append(byte)
            } else if byte == UInt8(ascii: "'") {
                isSecond = false
            } else {
                result.append(byte)
                isSecond = false
            }
        }
        return result
    }

    static func bytes(ofHex digits: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            let value = digit <= 57 ? digit &- 48 : (digit | 32) &- 87
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }
}
