import Routing

/// A shared listener, made ready by the supervisor: which names lead where. Clients are in its lobby until their TLS is there.
struct Lobby: Sendable {
    var listener: SharedListener
    /// Nil when its certificate cannot be used: nobody gets further then.
    var tls: TLSContext?
    /// Server name, lower-case, to `Route.id`.
    var routes: [String: String]

    /// Where a server name leads.
    enum Direction: Equatable {
        case route(String)
        /// The client named nothing.
        case unnamed
        /// As the client wrote it, at most 255 characters of printable ASCII.
        case unknown(String)
    }

    /// The routes that can be reached here: of this port, with a name, and a certificate for it.
    static func routes(of prepared: [PreparedRoute], port: Int) -> [String: PreparedRoute] {
        var found: [String: PreparedRoute] = [:]
        for one in prepared where one.route.port == port && one.route.wire == .postgres && one.door.tls != nil {
            if let name = one.route.serverName { found[name] = one }
        }
        return found
    }

    /// Case does not count in DNS names (RFC 6066, 3).
    func direction(_ asked: String?) -> Direction {
        guard let asked, !asked.isEmpty else { return .unnamed }
        if let id = routes[Self.lowercased(asked)] { return .route(id) }
        return .unknown(
            String(asked.unicodeScalars.prefix(255).map { (0x21..<0x7F).contains($0.value) ? Character($0) : "?" }))
    }

    /// ASCII letters only: no other character of a client's may become one of ours.
    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }
}
