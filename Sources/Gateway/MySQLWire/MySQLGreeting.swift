/// A MySQL server's first packet: Protocol::HandshakeV10, or an error.
///
/// Format: MySQL Internals, "Protocol::HandshakeV10"; MariaDB Knowledge Base, "Connecting": a protocol version, a text, the
/// number of the connection (4 bytes), 8 bytes of challenge and a zero, the lower half of the capabilities, and, since 4.1, a
/// character set, a status (2 bytes), the upper half of the capabilities and more. MariaDB's further capabilities stand in what
/// MySQL reserves; nothing here touches them.
enum MySQLGreeting: Equatable {
    /// Where the lower half of the capabilities is, and what both say.
    case greeting(capabilities: MySQLCapabilities, offset: Int)
    /// The server turns everybody away just now, because it ends.
    case notReady
    /// The server turns this client away.
    case refused(code: UInt16)
    case unintelligible

    /// `ER_SERVER_SHUTDOWN`
    private static let shutdown: UInt16 = 1053

    static func decode(_ payload: UnsafeRawBufferPointer) -> MySQLGreeting {
        guard let version = payload.first else { return .unintelligible }
        if version == 0xFF { return refusal(payload) }
        guard version == 10, let text = payload.terminated(at: 1) else { return .unintelligible }
        let offset = text.upperBound + 1 + 4 + 8 + 1
        guard payload.count >= offset + 7 else { return .unintelligible }
        let bits = UInt32(payload.littleHalf(at: offset)) | UInt32(payload.littleHalf(at: offset + 5)) << 16
        let capabilities = MySQLCapabilities(rawValue: bits)
        guard capabilities.contains(.protocol41) else { return .unintelligible }
        return .greeting(capabilities: capabilities, offset: offset)
    }

    private static func refusal(_ payload: UnsafeRawBufferPointer) -> MySQLGreeting {
        guard payload.count >= 3 else { return .unintelligible }
        let code = payload.littleHalf(at: 1)
        return code == shutdown ? .notReady : .refused(code: code)
    }

    /// The packet's payload with the capability of TLS as the endpoint has it: whether the server could do it does not matter,
    /// because its end is a Unix socket.
    static func rewritten(_ payload: UnsafeRawBufferPointer, offset: Int, offersTLS: Bool) -> [UInt8] {
        var bytes = Array(payload)
        let tls = UInt8(truncatingIfNeeded: MySQLCapabilities.tls.rawValue >> 8)
        bytes[offset + 1] = offersTLS ? bytes[offset + 1] | tls : bytes[offset + 1] & ~tls
        return bytes
    }
}
