/// The sum of all rows of a table: the same rows in any order have the same one.
///
/// Made to find mistakes and losses, not to withstand somebody who wants two tables to look alike.
struct RowChecksum: Equatable {
    private(set) var sum: UInt64 = 0
    private(set) var rows = 0

    init(sum: UInt64 = 0, rows: Int = 0) {
        self.sum = sum
        self.rows = rows
    }

    /// - Parameters:
    ///   - lines: whole lines, each with its newline.
    ///   - normalise: the kinds of the fields that must be normalised first, by position; empty compares the lines as they are.
    mutating func add(_ lines: [UInt8], normalise: [Int: ValueKind]) {
        lines.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0A { end += 1 }
                let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
                sum &+= normalise.isEmpty ? Self.hash(line) : Self.normalHash(line, normalise)
                rows += 1
                start = end + 1
            }
        }
    }

    private static func normalHash(_ line: UnsafeBufferPointer<UInt8>, _ kinds: [Int: ValueKind]) -> UInt64 {
        var plain: [UInt8] = []
        for (index, field) in LineText.fields(line).enumerated() {
            if index > 0 { plain.append(0x09) }
            guard let field else {
                LineText.appendNull(to: &plain)
                continue
            }
            if let kind = kinds[index] {
                LineText.append(ValueText.normal(String(decoding: field, as: UTF8.self), kind), to: &plain)
            } else {
                field.withUnsafeBufferPointer { LineText.append($0, to: &plain) }
            }
        }
        return plain.withUnsafeBufferPointer { hash($0) }
    }

    /// Eight bytes at a time: multiply, fold.
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= raw.count {
            hash = mixed(hash ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest << 8 | UInt64(raw[index])
            index += 1
        }
        return mixed(hash ^ rest)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value &* 0xD6E8_FEB8_6659_FD93
        return (product ^ (product >> 32)) &* 0xD6E8_FEB8_6659_FD93
    }
}
