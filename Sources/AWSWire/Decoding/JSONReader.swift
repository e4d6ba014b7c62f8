/// Reads a JSON document (RFC 8259) into the tree that every protocol's parameters have.
///
/// Texts, numbers and booleans become scalars of their text as it was sent; lists become structures whose members are numbered
/// from 1; null members are left out, as AWS takes null for absent. Depth and number of values are bounded.
public struct JSONReader {
    private let bytes: [UInt8]
    private let limits: DecodingLimits
    private var index = 0
    private var values = 0

    /// The parameters of a JSON body. An empty body is an empty structure.
    ///
    /// - Throws: `SerializationException`.
    public static func parameters(_ body: [UInt8], limits: DecodingLimits = DecodingLimits()) throws(Fault) -> Parameters {
        guard !body.isEmpty else { return .empty }
        var reader = JSONReader(bytes: body, limits: limits)
        let value = try reader.value(depth: 1)
        reader.skipBlanks()
        guard reader.index == reader.bytes.count else {
            throw .serialization("There is more after the end of the JSON document.")
        }
        guard let value, case .structure = value, body.first(where: { !isBlank($0) }) == UInt8(ascii: "{") else {
            throw .serialization("The body must be a JSON object.")
        }
        return value
    }

    private init(bytes: [UInt8], limits: DecodingLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private mutating func skipBlanks() {
        while let byte = current, Self.isBlank(byte) { index += 1 }
    }

    private func unexpected() -> Fault {
        guard let byte = current else { return .serialization("The JSON document ends too early.") }
        let shown = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return .serialization("Unexpected \(shown) at offset \(index) of the JSON document.")
    }

    /// Nil for null.
    private mutating func value(depth: Int) throws(Fault) -> Parameters? {
        guard depth <= limits.depth else {
            throw .serialization("The JSON document is nested more than \(limits.depth) levels deep.")
        }
        values += 1
        guard values <= limits.parameters else {
            throw .serialization("The JSON document has more than \(limits.parameters) values.")
        }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .scalar(try string())
        case UInt8(ascii: "t"): return .scalar(try word("true"))
        case UInt8(ascii: "f"): return .scalar(try word("false"))
        case UInt8(ascii: "n"):
            _ = try word("null")
            return nil
        default: return .scalar(try number())
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> Parameters {
        var members: [Parameters.Member] = []
        var names: Set<String> = []
        index += 1
        skipBlanks()
        if take("}") { return .empty }
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw unexpected() }
            let name = try string()
            guard names.insert(name).inserted else { throw .serialization("The member '\(name)' is given more than once.") }
            skipBlanks()
            guard take(":") else { throw unexpected() }
            if let value = try value(depth: depth + 1) { members.append(.init(name: name, value: value)) }
            skipBlanks()
            if take("}") { return .structure(members) }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func array(depth: Int) throws(Fault) -> Parameters {
        var members: [Parameters.Member] = []
        index += 1
        skipBlanks()
        if take("]") { return .empty }
        while true {
            if let value = try value(depth: depth + 1) { members.append(.init(name: String(members.count + 1), value: value)) }
            skipBlanks()
            if take("]") { return .structure(members) }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: String) throws(Fault) -> String {
        for byte in word.utf8 {
            guard current == byte else { throw unexpected() }
            index += 1
        }
        return word
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, kept as text: no digit is lost.
    private mutating func number() throws(Fault) -> String {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() throws(Fault) {
        let start = index
        while let byte = current, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw unexpected() }
    }

    private mutating func string() throws(Fault) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw .serialization("The JSON document is not UTF-8.")
                }
                return text
            case UInt8(ascii: "\\"):
                index += 1
                try escape(into: &text)
            case 0..<0x20:
                throw unexpected()
            default:
                text.append(byte)
                index += 1
            }
        }
        throw unexpected()
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        guard let byte = current else { throw unexpected() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            index += 1
            text.append(contentsOf: String(try escapedScalar()).utf8)
            return
        default: throw unexpected()
        }
        index += 1
    }

    /// The scalar of `XXXX`, or of the surrogate pair `XXXX\uXXXX`, after `\u`.
    private mutating func escapedScalar() throws(Fault) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take("\\"), take("u"), case let second = try fourDigits(),
            (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw .serialization("The JSON document has half a surrogate pair before offset \(index).") }
        return scalar
    }

    private mutating func fourDigits() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Hex.value(byte) else { throw unexpected() }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
