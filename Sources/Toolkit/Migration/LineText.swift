/// Rows as lines of COPY's text format (PostgreSQL's documentation, COPY): fields between tabs, `\N` for NULL. MySQL's
/// `LOAD DATA` reads the same, but for two escapes.
enum LineText {
    /// Adds a field's bytes, escaped.
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, to line: inout [UInt8]) {
        for byte in bytes {
            switch byte {
            case 0x5C: line += [0x5C, 0x5C]
            case 0x09: line += [0x5C, UInt8(ascii: "t")]
            case 0x0A: line += [0x5C, UInt8(ascii: "n")]
            case 0x0D: line += [0x5C, UInt8(ascii: "r")]
            case 0x08: line += [0x5C, UInt8(ascii: "b")]
            case 0x0C: line += [0x5C, UInt8(ascii: "f")]
            case 0x0B: line += [0x5C, UInt8(ascii: "v")]
            default: line.append(byte)
            }
        }
    }

    static func append(_ text: String, to line: inout [UInt8]) {
        var copy = text
        copy.withUTF8 { append($0, to: &line) }
    }

    static func appendNull(to line: inout [UInt8]) { line += [0x5C, UInt8(ascii: "N")] }

    /// The lines without their newlines; one may be empty, and stands for a row all the same.
    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    }

    /// The fields of a line without its newline; nil for NULL.
    static func fields(_ line: some Collection<UInt8>) -> [[UInt8]?] {
        var found: [[UInt8]?] = []
        var field: [UInt8] = []
        var isNull = false
        var iterator = line.makeIterator()
        while let byte = iterator.next() {
            if byte == 0x09 {
                found.append(isNull ? nil : field)
                field.removeAll(keepingCapacity: true)
                isNull = false
            } else if byte == 0x5C, let escaped = iterator.next() {
                if escaped == UInt8(ascii: "N") { isNull = true } else { field.append(unescaped(escaped)) }
            } else {
                field.append(byte)
            }
        }
        found.append(isNull ? nil : field)
        return found
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "v"): 0x0B
        default: byte
        }
    }

    /// Replaces the escapes that MySQL does not know by the bytes they mean.
    static func forMySQL(_ lines: [UInt8]) -> [UInt8] {
        guard lines.contains(0x5C) else { return lines }
        var result: [UInt8] = []
        result.reserveCapacity(lines.count)
        var index = 0
        while index < lines.count {
            let byte = lines[index]
            if byte == 0x5C, index + 1 < lines.count {
                let next = lines[index + 1]
                if next == UInt8(ascii: "f") || next == UInt8(ascii: "v") {
                    result.append(unescaped(next))
                } else {
                    result.append(byte)
                    result.append(next)
                }
                index += 2
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }
}
