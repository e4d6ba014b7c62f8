public import Routing

/// How a gateway runs: where its files are, how long it waits, and where it stops taking more.
public struct GatewayOptions: Sendable, Equatable {
    /// The data directory (`DIR`); the gateway keeps to `DIR/gateway`.
    public var directory: String
    /// How long a client may take over its start-up packets, as PostgreSQL's `authentication_timeout`.
    public var startupTimeout: Duration
    /// How long a connection stays open after its last bytes were sent, for the client to take them.
    public var lingerTimeout: Duration
    public var limits: Limits
    /// Take SIGTERM, SIGINT and SIGHUP for this process. A process that runs several gateways (a test) says false.
    public var handlesSignals: Bool
    /// What to move bytes with. Where the system has no io_uring for us, it is epoll in any case.
    public var relay: GatewayControl.Relay
    /// When io_uring pays.
    var ringLoad = RelayLoad.Limits()

    /// Where the gateway stops taking more. All are counts.
    public struct Limits: Sendable, Equatable {
        /// Clients in all; above it they are refused with SQLSTATE 53300. Lowered at start to half of the open files allowed.
        public var connections: Int
        /// Clients of one route.
        public var connectionsPerRoute: Int
        /// Clients of one route that wait for its gate or its server.
        public var waitingPerRoute: Int
        /// Clients that have not finished their start-up packets, TLS handshakes included; one more closes the oldest. As many
        /// more may wait after failed logins; one more of those is refused.
        public var pendingStartups: Int
        /// Clients that are met with silence (`Route.Access.Refusal.drop`); one more closes the oldest.
        public var silentRefusals: Int
        /// Connections taken from one listener before other work gets its turn.
        public var acceptBatch: Int
        /// Connections that the kernel queues for each listener (`listen(2)`).
        public var backlog: Int

        public init(
            connections: Int = 20_000, connectionsPerRoute: Int = 10_000, waitingPerRoute: Int = 2_000,
            pendingStartups: Int = 1_000, silentRefusals: Int = 256, acceptBatch: Int = 64, backlog: Int = 1_024
        ) {
            self.connections = connections
            self.connectionsPerRoute = connectionsPerRoute
            self.waitingPerRoute = waitingPerRoute
            self.pendingStartups = pendingStartups
            self.silentRefusals = silentRefusals
            self.acceptBatch = acceptBatch
            self.backlog = backlog
        }
    }

    public init(
        directory: String, startupTimeout: Duration = .seconds(60), lingerTimeout: Duration = .seconds(2),
        limits: Limits = Limits(), handlesSignals: Bool = true, relay: GatewayControl.Relay = .ring
    ) {
        self.directory = directory
        self.startupTimeout = startupTimeout
        self.lingerTimeout = lingerTimeout
        self.limits = limits
        self.handlesSignals = handlesSignals
        self.relay = relay
    }
}

extension Duration {
    /// Whole nanoseconds; what is negative counts as none.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : UInt64(seconds) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
