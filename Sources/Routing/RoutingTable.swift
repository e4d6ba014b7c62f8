/// What the gateway needs to know, and all it ever reads: which address leads to which database.
///
/// The control plane writes it to `DIR/gateway/routes.json` (atomically, mode 0600) and then asks the gateway over its control
/// socket to apply it. A gateway that starts without a control plane starts from the last file on disk.
public struct RoutingTable: Codable, Sendable, Equatable {
    /// The layout of this file. A gateway refuses a newer one: since 2, routes say who may connect and with what proof, which a
    /// gateway that does not know of it would not demand.
    public static let currentFormat = 2

    public var format: Int
    /// Grows with every change; the gateway answers with the revision that it has applied.
    public var revision: UInt64
    public var routes: [Route]
    /// Addresses at which all routes with a server name and the same port are reached, besides their own.
    public var sharedListeners: [SharedListener]?

    public init(
        format: Int = RoutingTable.currentFormat, revision: UInt64 = 0, routes: [Route] = [],
        sharedListeners: [SharedListener]? = nil
    ) {
        self.format = format
        self.revision = revision
        self.routes = routes
        self.sharedListeners = sharedListeners
    }
}

/// One endpoint: where clients come in, and the server's Unix socket that they are relayed to.
public struct Route: Codable, Sendable, Equatable, Identifiable {
    /// The wire protocol spoken behind the route.
    public enum Wire: String, Codable, Sendable { case postgres, mysql }

    public enum Gate: String, Codable, Sendable {
        /// Clients are relayed.
        case open
        /// Listening, but new clients wait (at most `holdTimeoutMs`) until the gate opens: the server is restarting.
        case hold
    }

    /// The `DbiResourceId` of the instance (`db-…`).
    public var id: String
    /// The endpoint's host name, for log lines.
    public var name: String
    /// The loopback address listened on, `127.x.y.z`.
    public var address: String
    public var port: Int
    public var wire: Wire
    /// The absolute path of the server's Unix socket. It may be longer than a socket address can hold.
    public var socketPath: String
    public var gate: Gate
    /// Users that no client may log in as (`rdsadmin`).
    public var reservedUsers: [String]
    /// How long a new client waits while the gate is held or the server does not answer, in milliseconds.
    public var holdTimeoutMs: Int
    /// Nil admits every address.
    public var access: Access?
    /// Nil answers a client's wish for TLS with no.
    public var tls: TLS?
    /// Nil while IAM database authentication is off.
    public var iam: IAM?
    /// The name in a client's TLS handshake that leads here from a shared listener, lower-case; nil for none. PostgreSQL only.
    public var serverName: String?
    /// MySQL: tell the server where the client is, by the PROXY protocol (MariaDB's `proxy_protocol_networks=localhost`); nil
    /// for no.
    public var namesClient: Bool?

    public init(
        id: String, name: String, address: String, port: Int, wire: Wire, socketPath: String, gate: Gate,
        reservedUsers: [String], holdTimeoutMs: Int = 30_000, access: Access? = nil, tls: TLS? = nil, iam: IAM? = nil,
        serverName: String? = nil, namesClient: Bool? = nil
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.port = port
        self.wire = wire
        self.socketPath = socketPath
        self.gate = gate
        self.reservedUsers = reservedUsers
        self.holdTimeoutMs = holdTimeoutMs
        self.access = access
        self.tls = tls
        self.iam = iam
        self.serverName = serverName
        self.namesClient = namesClient
    }
}
