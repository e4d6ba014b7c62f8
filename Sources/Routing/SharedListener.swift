/// An address that several endpoints share: the server name in a client's TLS handshake decides which of them it means.
public struct SharedListener: Codable, Sendable, Equatable, Identifiable {
    /// A numeric address of this machine.
    public var address: String
    /// Leads to routes with this port only, so that the port which rules and tokens name is the one that was connected to.
    public var port: Int
    /// Shown to clients that name no endpoint, so that they can be told so.
    public var tls: Route.TLS

    public init(address: String, port: Int, tls: Route.TLS) {
        self.address = address
        self.port = port
        self.tls = tls
    }

    /// As the gateway reports it beside the routes, none of whose ids have a colon: `shared:192.0.2.1:5432`.
    public var id: String { "shared:\(address):\(port)" }
}
