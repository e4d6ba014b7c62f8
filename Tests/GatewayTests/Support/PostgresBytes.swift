/// PostgreSQL packets, made by hand.
enum PostgresBytes {
    static func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    static func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    static func packet(_ body: [UInt8]) -> [UInt8] { word(body.count + 4) + body }

    static func startup(_ parameters: [(String, String)], version: Int = 3 << 16) -> [UInt8] {
        let pairs = parameters.flatMap { terminated($0.0) + terminated($0.1) }
        return packet(word(version) + pairs + [0])
    }

    static let alice = startup([("user", "alice"), ("database", "app")])
    static let sslRequest = packet(word(80_877_103))
    static let gssRequest = packet(word(80_877_104))
    static let cancel = packet(word(80_877_102) + word(4711) + word(42))
    /// AuthenticationCleartextPassword: what a server of these tests says first. One that asked for nothing would be refused.
    static let welcome: [UInt8] = authentication(3)
    /// AuthenticationOk.
    static let authenticationOk: [UInt8] = authentication(0)
    /// ReadyForQuery.
    static let ready: [UInt8] = [UInt8(ascii: "Z")] + word(5) + [UInt8(ascii: "I")]

    static func authentication(_ code: Int) -> [UInt8] { [UInt8(ascii: "R")] + word(8) + word(code) }
    static func password(_ text: String) -> [UInt8] { [UInt8(ascii: "p")] + packet(terminated(text)) }

    static func error(_ code: String, _ message: String = "no") -> [UInt8] {
        let fields = ["SFATAL", "VFATAL", "C\(code)", "M\(message)"].flatMap(terminated)
        return [UInt8(ascii: "E")] + packet(fields + [0])
    }

    /// The fields of an ErrorResponse by their letter; nil when the bytes are none, whole and alone.
    static func fields(_ bytes: [UInt8]) -> [Character: String]? {
        guard bytes.first == UInt8(ascii: "E"), bytes.count > 5, Array(bytes[1..<5]) == word(bytes.count - 1) else { return nil }
        var fields: [Character: String] = [:]
        for field in bytes[5...].split(separator: 0) {
            fields[Character(UnicodeScalar(field[field.startIndex]))] = String(decoding: field.dropFirst(), as: UTF8.self)
        }
        return fields
    }
}
