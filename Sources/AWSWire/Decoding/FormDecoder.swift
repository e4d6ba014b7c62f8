/// One pair of a form or query string, decoded.
public struct FormPair: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// `application/x-www-form-urlencoded`: `a=1&b=x+y%21`.
public enum FormDecoder {
    /// The pairs in the order in which they were sent. A name without `=` has an empty value; empty pairs are left out.
    ///
    /// - Throws: `MalformedQueryString` for a `%` without two hexadecimal digits, for what is not UTF-8 once decoded,
    ///   and beyond the limits.
    public static func pairs(_ text: String, limits: DecodingLimits = DecodingLimits()) throws(Fault) -> [FormPair] {
        text.isEmpty ? [] : try pairs(Array(text.utf8), limits: limits)
    }

    public static func pairs(_ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) throws(Fault) -> [FormPair] {
        var pairs: [FormPair] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if end > start {
                guard pairs.count < limits.parameters else {
                    throw .malformedQueryString("The request has more than \(limits.parameters) parameters.")
                }
                let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                guard equals - start <= limits.keyBytes * 3 else { throw keyTooLong(limits) }
                let name = try decoded(bytes[start..<equals])
                guard name.utf8.count <= limits.keyBytes else { throw keyTooLong(limits) }
                pairs.append(FormPair(name: name, value: try decoded(bytes[min(equals + 1, end)..<end])))
            }
            start = end + 1
        }
        return pairs
    }

    private static func keyTooLong(_ limits: DecodingLimits) -> Fault {
        .malformedQueryString("The name of a parameter is longer than \(limits.keyBytes) bytes.")
    }

    /// `%XX` and `+` undone.
    private static func decoded(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return try text(bytes) }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"):
                plain.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = Hex.value(bytes[index + 1]), let low = Hex.value(bytes[index + 2])
                else { throw .malformedQueryString("The query string has a '%' that two hexadecimal digits do not follow.") }
                plain.append(high << 4 | low)
                index += 2
            case let byte:
                plain.append(byte)
            }
            index += 1
        }
        return try text(plain[...])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformedQueryString("The query string is not UTF-8.")
        }
        return text
    }
}
