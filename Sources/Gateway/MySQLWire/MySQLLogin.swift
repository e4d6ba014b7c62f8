/// A MySQL client's way from the server's greeting to the end of its login: what each packet of either side is, and what becomes
/// of it. No sockets; the state is a few bytes.
///
/// Packets are numbered through the whole login. A client with TLS has sent one that the server has not seen, so its count is one
/// ahead: `lag`. From the login's end on, each command begins at 0 on both sides, and nothing has to be changed any more.
struct MySQLLogin: Equatable {
    enum State: Equatable {
        /// The server's greeting is expected. Can transition to `answering`.
        case greeting
        /// The client's answer to it is expected. Can transition to `judged`, `over`.
        case answering
        /// The answer is there, and the gateway considers it. Can transition to `asked`, `over`.
        case judged
        /// The server has the client's words. Can transition to `questioned`, `tokenAsked`, `over`.
        case asked
        /// The server may want to hear more of the client. Can transition to `asked`, `questioned`, `tokenAsked`, `over`.
        case questioned
        /// The client must show a login token. Can transition to `vouched`, `over`.
        case tokenAsked
        /// The server has the gateway's word for the client. Can transition to `over`.
        case vouched
        case over
    }

    enum ClientVerdict: Equatable {
        /// What follows is TLS.
        case beginTLS
        /// The client says who it is: `judged` if it may try, or a refusal.
        case judge(MySQLResponse.Session)
        /// For the server.
        case forward
        /// Where the token is: `vouched` if it is good, or a refusal.
        case token(Range<Int>)
        case refuse(MySQLRefusal)
    }

    enum ServerVerdict: Equatable {
        /// For the client.
        case forward
        /// For the client, and the login is over.
        case success
        case failure(SQLState)
        /// The server wants the gateway's word for the client: `askToken`, or a refusal.
        case token
        case refuse(MySQLRefusal)
    }

    private(set) var state = State.greeting
    /// The number of the next packet, as the client counts.
    private(set) var next: UInt8 = 0
    private var lag: UInt8 = 0
    private var offered = MySQLCapabilities()

    /// What the server's plugin for login tokens says (Sources/AWSAuthenticationPlugin).
    static let tokenMark = Array("AWSAuthenticationPlugin".utf8) + [0]
    /// `perform_full_authentication` of `caching_sha2_password`.
    private static let fullAuthentication: UInt8 = 4

    /// The client's words are awaited.
    var expectsClient: Bool {
        switch state {
        case .answering, .questioned, .tokenAsked: true
        case .greeting, .judged, .asked, .vouched, .over: false
        }
    }

    /// The client is shown the greeting.
    mutating func greeted(_ capabilities: MySQLCapabilities, offersTLS: Bool) {
        offered = offersTLS ? capabilities.union(.tls) : capabilities.subtracting(.tls)
        state = .answering
        next = 1
    }

    /// - Parameter isSecure: the packet came through TLS.
    mutating func client(_ number: UInt8, _ payload: UnsafeRawBufferPointer, isSecure: Bool) -> ClientVerdict {
        guard number == next, expectsClient else { return .refuse(.outOfOrder) }
        next &+= 1
        switch state {
        case .questioned:
            state = .asked
            return .forward
        case .tokenAsked: return .token(Self.password(payload))
        default: return answer(payload, isSecure: isSecure)
        }
    }

    private mutating func answer(_ payload: UnsafeRawBufferPointer, isSecure: Bool) -> ClientVerdict {
        switch MySQLResponse.decode(payload, offered: offered, isSecure: isSecure) {
        case .tlsRequest:
            lag = 1
            return .beginTLS
        case .session(let session):
            state = .judged
            return .judge(session)
        case .malformed(let refusal): return .refuse(refusal)
        }
    }

    /// A password in the clear ends with a zero byte.
    private static func password(_ payload: UnsafeRawBufferPointer) -> Range<Int> {
        payload.terminated(at: 0) ?? 0..<payload.count
    }

    /// The client may try. The answer again, decoded as before, for whoever has to send it.
    mutating func judged(_ payload: UnsafeRawBufferPointer) -> [UInt8]? {
        guard state == .judged, case .session(let session) = MySQLResponse.decode(payload, offered: offered, isSecure: true)
        else { return nil }
        state = .asked
        return MySQLPacket.bytes(number: next &- 1 &- lag, session.forServer(payload))
    }

    mutating func server(_ number: UInt8, _ payload: UnsafeRawBufferPointer, isSecure: Bool) -> ServerVerdict {
        guard number == next &- lag, let message = MySQLServerMessage.decode(payload) else {
            return .refuse(.unintelligibleServer)
        }
        let verdict = verdict(on: message, payload, isSecure: isSecure)
        switch verdict {
        case .forward, .success, .failure: next &+= 1
        case .token, .refuse: break
        }
        return verdict
    }

    private mutating func verdict(
        on message: MySQLServerMessage, _ payload: UnsafeRawBufferPointer, isSecure: Bool
    ) -> ServerVerdict {
        switch (state, message) {
        // It may end a login at any time, if only because the client takes too long.
        case (.answering, .error(let code)), (.judged, .error(let code)), (.asked, .error(let code)),
            (.questioned, .error(let code)), (.tokenAsked, .error(let code)), (.vouched, .error(let code)):
            state = .over
            return .failure(code)
        case (.asked, .ok), (.questioned, .ok), (.vouched, .ok):
            state = .over
            return .success
        case (.asked, .changeMethod(let method, let data)), (.questioned, .changeMethod(let method, let data)):
            return change(payload, method, data, isSecure: isSecure)
        case (.asked, .more(let data)), (.questioned, .more(let data)):
            // The server's end is a Unix socket, over which it wants the password as it is; without TLS the client would not send
            // that, but ask for a public key, which the server would take for the password.
            let wantsPassword = payload[data].elementsEqual([Self.fullAuthentication])
            return wantsPassword && !isSecure ? .refuse(.passwordInClear) : question()
        case (.asked, .question), (.questioned, .question): return question()
        default: return .refuse(.unintelligibleServer)
        }
    }

    private mutating func question() -> ServerVerdict {
        state = .questioned
        return .forward
    }

    private mutating func change(
        _ payload: UnsafeRawBufferPointer, _ method: Range<Int>, _ data: Range<Int>, isSecure: Bool
    ) -> ServerVerdict {
        guard payload[method].elementsEqual(MySQLResponse.Session.clearMethod.utf8) else { return question() }
        if payload[data].elementsEqual(Self.tokenMark) { return .token }
        return isSecure ? question() : .refuse(.passwordInClear)
    }

    /// The question for a token, to the client.
    mutating func askToken() -> [UInt8] {
        state = .tokenAsked
        next &+= 1
        return MySQLPacket.bytes(number: next &- 1, [0xFE] + Array(MySQLResponse.Session.clearMethod.utf8) + [0])
    }

    /// The token is good: the gateway's word for that user, to the server.
    mutating func vouched(_ word: [UInt8], for user: some Collection<UInt8>) -> [UInt8]? {
        guard state == .tokenAsked else { return nil }
        state = .vouched
        return MySQLPacket.bytes(number: next &- 1 &- lag, word + user + [0])
    }

    /// A packet's number as the other side counts.
    func numberForServer(_ number: UInt8) -> UInt8 { number &- lag }
    func numberForClient(_ number: UInt8) -> UInt8 { number &+ lag }
}
