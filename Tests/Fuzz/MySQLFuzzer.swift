/// Gives what libFuzzer invents to everything that reads bytes of MySQL clients before they have logged in, and of servers while
/// they do. Built by scripts/fuzz from the decoders' own sources, without the package.
///
/// The first byte chooses: a greeting, an answer, or a conversation, of which it is the first byte again: each next one says who
/// speaks, and whether through TLS.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMySQL(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let all = UnsafeRawBufferPointer(start: start, count: count)
    guard let choice = all.first else { return 0 }
    let bytes = UnsafeRawBufferPointer(rebasing: all.dropFirst())
    switch choice % 3 {
    case 0: greeting(bytes)
    case 1: response(bytes, isSecure: choice & 4 != 0)
    default: conversation(bytes)
    }
    return 0
}

/// Who is shown a greeting sees the same one but for TLS, and undoing that gives what the server said.
private func greeting(_ bytes: UnsafeRawBufferPointer) {
    guard case .greeting(let capabilities, let offset) = MySQLGreeting.decode(bytes) else { return }
    for offers in [true, false] {
        let shown = MySQLGreeting.rewritten(bytes, offset: offset, offersTLS: offers)
        guard case .greeting(let now, offset) = shown.withUnsafeBytes({ MySQLGreeting.decode($0) }) else {
            fatalError("no greeting")
        }
        precondition(shown.count == bytes.count && now.contains(.tls) == offers)
        precondition(now.subtracting(.tls) == capabilities.subtracting(.tls))
    }
}

/// What goes to the server names the same user, asks for no TLS, and holds no password that came unasked.
private func response(_ bytes: UnsafeRawBufferPointer, isSecure: Bool) {
    let offered = MySQLCapabilities(rawValue: 0x81FF_FFFE)
    switch MySQLResponse.decode(bytes, offered: offered, isSecure: isSecure) {
    case .tlsRequest: precondition(bytes.count == MySQLResponse.headBytes && !isSecure)
    case .malformed(let refusal): precondition(refusal.bytes(number: 2, MySQLRefusal.Context())[4] == 0xFF)
    case .session(let session):
        let name = Array(session.name(in: bytes))
        let sent = session.forServer(bytes)
        sent.withUnsafeBytes { sent in
            guard case .session(let again) = MySQLResponse.decode(sent, offered: offered, isSecure: false) else {
                fatalError("the server would not understand it")
            }
            precondition(!again.capabilities.contains(.tls) && again.name(in: sent).elementsEqual(name))
            let isClear = again.method.map { sent[$0].elementsEqual(MySQLResponse.Session.clearMethod.utf8) } ?? false
            precondition(!isClear)
        }
    }
}

/// Nobody is in without the server's OK, and no token is asked for without TLS being known of.
private func conversation(_ bytes: UnsafeRawBufferPointer) {
    var login = MySQLLogin()
    login.greeted(MySQLCapabilities(rawValue: 0x81FF_F7FE), offersTLS: true)
    var rest = bytes
    while let who = rest.first,
        case .whole(let number, let count) = MySQLPacket.decode(UnsafeRawBufferPointer(rebasing: rest.dropFirst()))
    {
        let end = 1 + MySQLPacket.headerBytes + count
        let payload = UnsafeRawBufferPointer(rebasing: rest[1 + MySQLPacket.headerBytes..<end])
        rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        let isSecure = who & 2 != 0
        if who & 1 == 0 {
            switch login.client(number, payload, isSecure: isSecure) {
            case .judge: _ = login.judged(payload)
            case .token(let range):
                precondition(range.upperBound <= payload.count)
                _ = login.vouched([1], for: payload[range])
            case .refuse: return
            case .beginTLS, .forward: break
            }
        } else {
            switch login.server(number, payload, isSecure: isSecure) {
            case .token: _ = login.askToken()
            case .success, .failure: return precondition(login.state == .over)
            case .refuse: return
            case .forward: precondition(login.state == .questioned)
            }
        }
    }
}
