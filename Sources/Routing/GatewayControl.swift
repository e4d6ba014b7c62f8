/// The control conversation over `DIR/gateway/control.sock`: one JSON object per line each way, answered in order.
public enum GatewayControl {
    /// No line may be longer, in bytes.
    public static let lineLimitBytes = 4 << 20

    public enum Request: String, Codable, Sendable {
        /// Read `routes.json` again and make the listeners match.
        case apply
        /// Answer with what is true now, changing nothing.
        case report
        /// As `report`, with the login events after `Call.after`.
        case events
        /// Close every listener and connection, then exit.
        case stop
    }

    public struct Call: Codable, Sendable, Equatable {
        public var request: Request
        /// For `events`: the last sequence number that the caller has seen; nil for none.
        public var after: UInt64?

        public init(_ request: Request, after: UInt64? = nil) {
            self.request = request
            self.after = after
        }
    }

    /// Linux's two ways to wait for many sockets.
    public enum Relay: String, Codable, Sendable {
        case ring = "io_uring"
        case epoll
    }

    /// What the gateway answers to every request.
    public struct Report: Codable, Sendable, Equatable {
        public var processID: Int32
        /// The revision of the table in force.
        public var revision: UInt64
        public var listeners: [Listener]
        /// What the relay waits with; nil when it does not answer.
        public var relay: Relay?
        /// Why the last `apply` could not read the table, if it could not; the former table stays in force.
        public var problem: String?
        /// The answer to `events`. Sequence numbers begin anew with each process: compare `processID`.
        public var events: LoginEvents?

        public init(
            processID: Int32, revision: UInt64, listeners: [Listener], relay: Relay? = nil, problem: String? = nil,
            events: LoginEvents? = nil
        ) {
            self.processID = processID
            self.revision = revision
            self.listeners = listeners
            self.relay = relay
            self.problem = problem
            self.events = events
        }
    }

    /// One route as the gateway has it.
    public struct Listener: Codable, Sendable, Equatable, Identifiable {
        public var id: String
        public var address: String
        public var port: Int
        /// True once `listen(2)` has succeeded on address and port.
        public var listening: Bool
        /// Clients relayed now.
        public var connections: Int
        /// Clients waiting for the gate or for a server that answers.
        public var waiting: Int
        /// The reason it is not listening (`EADDRINUSE` …), or why its certificate, rules or keys are not as the table says.
        public var problem: String?
        /// Totals since the gateway started.
        public var logins: Logins?

        public init(
            id: String, address: String, port: Int, listening: Bool, connections: Int = 0, waiting: Int = 0,
            problem: String? = nil, logins: Logins? = nil
        ) {
            self.id = id
            self.address = address
            self.port = port
            self.listening = listening
            self.connections = connections
            self.waiting = waiting
            self.problem = problem
            self.logins = logins
        }
    }
}
