/// A MySQL client's answer to the greeting: a request for TLS, or who it is (Protocol::HandshakeResponse41).
///
/// Format: MySQL Internals, "Protocol::SSLRequest", "Protocol::HandshakeResponse41"; MariaDB Knowledge Base, "Connecting". The
/// request is the answer's first 32 bytes.
enum MySQLResponse: Equatable {
    case tlsRequest
    case session(Session)
    case malformed(MySQLRefusal)

    struct Session: Equatable {
        var capabilities: MySQLCapabilities
        /// Where the user's name is, with its quotes.
        var user: Range<Int>
        /// Where the answer to the challenge is, with the length before it.
        var answer: Range<Int>
        /// The answer is not empty: there is a password.
        var usesPassword: Bool
        /// Where the name of the client's authentication method is; nil where it names none.
        var method: Range<Int>?
    }

    /// Capabilities, the longest packet, a character set, and 23 bytes that are reserved or MariaDB's.
    static let headBytes = 32

    /// - Parameters:
    ///   - offered: what the greeting offered. A server takes no notice of anything else.
    ///   - isSecure: the packet came through TLS.
    static func decode(
        _ payload: UnsafeRawBufferPointer, offered: MySQLCapabilities, isSecure: Bool
    ) -> MySQLResponse {
        guard payload.count >= 4 else { return .malformed(.badHandshake) }
        let named = MySQLCapabilities(rawValue: payload.littleWord(at: 0))
        guard named.contains(.protocol41) else { return .malformed(.oldProtocol) }
        guard payload.count >= headBytes else { return .malformed(.badHandshake) }
        if named.contains(.tls), !isSecure {
            return payload.count == headBytes && offered.contains(.tls) ? .tlsRequest : .malformed(.badHandshake)
        }
        return session(payload, named.intersection(offered)).map { .session($0) } ?? .malformed(.badHandshake)
    }

    private static func session(_ payload: UnsafeRawBufferPointer, _ capabilities: MySQLCapabilities) -> Session? {
        guard let user = payload.terminated(at: headBytes) else { return nil }
        let start = user.upperBound + 1
        guard let (answer, usesPassword) = answer(payload, start, capabilities) else { return nil }
        var session = Session(capabilities: capabilities, user: user, answer: answer, usesPassword: usesPassword)
        var next = answer.upperBound
        if capabilities.contains(.connectWithDatabase) {
            // Servers take a packet that ends here for one without a database.
            next = payload.terminated(at: next).map { $0.upperBound + 1 } ?? payload.count
        }
        if capabilities.contains(.pluginAuthentication) { session.method = payload.terminated(at: next) }
        return session
    }

    private static func answer(
        _ payload: UnsafeRawBufferPointer, _ start: Int, _ capabilities: MySQLCapabilities
    ) -> (Range<Int>, Bool)? {
        if capabilities.isDisjoint(with: [.secureConnection, .encodedAnswer]) {
            // Before 4.1.1: up to a zero byte, which nothing else may follow.
            guard let text = payload.terminated(at: start) else { return nil }
            return (start..<text.upperBound + 1, !text.isEmpty)
        }
        let isEncoded = capabilities.contains(.encodedAnswer)
        guard let text = payload.counted(at: start, isEncoded: isEncoded) else { return nil }
        return (start..<text.upperBound, !text.isEmpty)
    }
}

extension MySQLResponse.Session {
    /// The user's name as a server reads it, which cuts off a quote at both ends (`parse_client_handshake_packet` in MariaDB's
    /// and MySQL's servers): `'rdsadmin'` is `rdsadmin`.
    func name(in payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let text = UnsafeRawBufferPointer(rebasing: payload[user])
        let quote = UInt8(ascii: "'")
        guard text.count > 1, text.first == quote, text.last == quote else { return text }
        return UnsafeRawBufferPointer(rebasing: text[1..<text.count - 1])
    }

    /// The method that sends passwords as they are.
    static let clearMethod = "mysql_clear_password"
    /// A method that no server asks for. A server that is told this one always asks for its own.
    static let noMethod = "martlet_ask_me"

    /// The payload for the server: without TLS, which ends here. A password that came in the clear before anybody asked for it is
    /// left out, so that the server asks, and it can be seen who it is that does.
    func forServer(_ payload: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes = Array(payload)
        bytes[1] &= ~UInt8(truncatingIfNeeded: MySQLCapabilities.tls.rawValue >> 8)
        guard let method, payload[method].elementsEqual(Self.clearMethod.utf8) else { return bytes }
        // From behind, so that the places before stay where they are. A zero is an empty answer in each of its forms.
        bytes.replaceSubrange(method, with: Self.noMethod.utf8)
        bytes.replaceSubrange(answer, with: [0])
        return bytes
    }
}
