@testable import Gateway

/// MySQL packets, made by hand.
enum MySQLBytes {
    static func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
    static func packet(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] { MySQLPacket.bytes(number: number, payload) }
    static func little(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }

    /// What MariaDB 10.11 offers without TLS, and with the database's name, plug-ins and encoded lengths.
    static let offered = MySQLCapabilities(rawValue: 0x81FF_F7FE)

    static func greeting(_ capabilities: MySQLCapabilities = offered, number: UInt8 = 0) -> [UInt8] {
        packet(number, greetingPayload(capabilities))
    }

    static func greetingPayload(_ capabilities: MySQLCapabilities = offered) -> [UInt8] {
        let bits = little(capabilities.rawValue)
        let challenge: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        var payload: [UInt8] = [10] + terminated("5.5.5-10.11.6-MariaDB")
        payload += [42, 0, 0, 0] + challenge + [0]
        payload += bits[0..<2] + [45, 2, 0] + bits[2..<4]
        // The challenge's length, six bytes that are nobody's, MariaDB's further capabilities.
        payload += [21, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]
        payload += challenge + [9, 9, 9, 9, 0]
        return payload + terminated("mysql_native_password")
    }

    /// The capabilities of a client that names a plug-in, with lengths before its answers.
    static let client: MySQLCapabilities = [.protocol41, .secureConnection, .pluginAuthentication]

    static func head(_ capabilities: MySQLCapabilities) -> [UInt8] {
        let limits: [UInt8] = [0, 0, 0, 1, 45]
        return little(capabilities.rawValue) + limits + [UInt8](repeating: 0, count: 23)
    }

    static func response(
        _ user: String, answer: [UInt8] = [], method: String? = "mysql_native_password", database: String? = nil,
        _ capabilities: MySQLCapabilities = client
    ) -> [UInt8] {
        let named = database == nil ? capabilities : capabilities.union(.connectWithDatabase)
        var payload = head(named) + terminated(user)
        payload += [UInt8(answer.count)] + answer
        payload += database.map(terminated) ?? []
        return payload + (method.map(terminated) ?? [])
    }

    static let tlsRequest = head(client.union(.tls))
    static let ok: [UInt8] = [0, 0, 0, 2, 0, 0, 0]

    static func error(_ code: UInt16, _ state: String, _ text: String = "no") -> [UInt8] {
        let head: [UInt8] = [0xFF, UInt8(truncatingIfNeeded: code), UInt8(code >> 8)]
        return head + Array("#\(state)\(text)".utf8)
    }

    static func changeMethod(_ method: String, _ data: [UInt8] = []) -> [UInt8] { [0xFE] + terminated(method) + data }

    /// Number, code and text of an ERR packet; nil when the bytes are none, whole and alone.
    static func refusal(_ bytes: [UInt8]) -> (number: UInt8, code: Int, text: String)? {
        guard bytes.count > 7, bytes[4] == 0xFF, Int(bytes[0]) | Int(bytes[1]) << 8 == bytes.count - 4 else { return nil }
        return (bytes[3], Int(bytes[5]) | Int(bytes[6]) << 8, String(decoding: bytes[7...], as: UTF8.self))
    }
}

extension TestSocket {
    /// The next packet, with its header.
    func receivePacket() throws -> [UInt8] {
        let head = try receive(exactly: 4)
        return head + (try receive(exactly: Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16))
    }
}
