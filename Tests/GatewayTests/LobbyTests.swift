import Routing
import Testing

@testable import Gateway

@Suite struct LobbyTests {
    private static let tls = Route.TLS(certificateFile: "/c", privateKeyFile: "/k", fingerprint: "f", isRequired: true)
    private let lobby = Lobby(
        listener: SharedListener(address: "192.0.2.1", port: 5432, tls: tls), tls: nil,
        routes: ["one.db.test": "db-1", "two.db.test": "db-2"])

    private static let names: [(String?, Lobby.Direction)] = [
        ("one.db.test", .route("db-1")), ("TWO.db.Test", .route("db-2")), (nil, .unnamed), ("", .unnamed),
        ("three.db.test", .unknown("three.db.test")), ("one.db.test.", .unknown("one.db.test.")),
        ("db.test", .unknown("db.test")), ("x.one.db.test", .unknown("x.one.db.test")), ("a\nb\u{202E}", .unknown("a?b?")),
        // The Kelvin sign is a k to Unicode.
        ("\u{212A}", .unknown("?")),
    ]

    @Test(arguments: names)
    func `the name decides, whatever its case`(_ name: String?, _ direction: Lobby.Direction) {
        #expect(lobby.direction(name) == direction)
    }

    @Test func `what is shown of a name is short`() {
        #expect(lobby.direction(String(repeating: "a", count: 4_000)) == .unknown(String(repeating: "a", count: 255)))
    }

    @Test func `routes of another port, without a name, a certificate or PostgreSQL are not reached`() {
        func route(_ id: String, port: Int = 5432, wire: Route.Wire = .postgres, name: String?) -> PreparedRoute {
            PreparedRoute(
                route: Route(
                    id: id, name: id, address: "127.0.0.2", port: port, wire: wire, socketPath: "/s", gate: .open,
                    reservedUsers: [], serverName: name))
        }
        let all = [
            route("a", port: 5433, name: "a"), route("b", wire: .mysql, name: "b"), route("c", name: nil), route("d", name: "d"),
        ]
        #expect(Lobby.routes(of: all, port: 5432).isEmpty)
    }

    @Test(arguments: [
        (PostgresRefusal.sharedWithoutTLS, "28000", "several endpoints share this address"),
        (.noServerName, "08P01", "the TLS handshake has no server name"),
        (.unknownServerName("x.test"), "28000", #"has the server name "x.test""#),
    ])
    func `who cannot be led on is told what is missing`(_ refusal: PostgresRefusal, code: String, text: String) {
        let response = refusal.response(PostgresRefusal.Context())
        #expect(response.code == code && response.message.contains(text))
        #expect(response.hint?.contains("sslmode=require or stronger") == true)
    }
}
