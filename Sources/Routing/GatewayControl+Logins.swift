extension GatewayControl {
    /// What became of the logins at a listener. Counts since the gateway started.
    public struct Logins: Codable, Sendable, Equatable {
        /// Start-up packets that were accepted. A client that leaves before the server has judged it is in no other count.
        public var attempts = 0
        public var successes = 0
        /// The credentials were not accepted: SQLSTATE class 28, or a login token that is not good.
        public var failures = 0
        /// The gateway refused: security group, TLS, a reserved user.
        public var refusals = 0
        /// The server ended the login for another reason: no such database, too many connections.
        public var errors = 0

        public init() {}
    }

    /// One or more logins of the same kind within a second.
    public struct LoginEvent: Codable, Sendable, Equatable, Identifiable {
        public enum Outcome: String, Codable, Sendable { case success, failure, refused, error }

        /// Grows by one with each event of a gateway process.
        public var sequence: UInt64
        /// `Route.id`.
        public var route: String
        /// As the start-up packet has it, at most 63 characters, with `?` for what is not printable ASCII. Empty where no packet
        /// was read, or its connection was past the login.
        public var user: String
        /// The client's numeric address.
        public var address: String
        public var outcome: Outcome
        /// Of a success `password` or `iam`. Of a refusal `access-denied`, `access-revoked` (a connection was closed),
        /// `tls-required`, `reserved-user`. Otherwise the server's SQLSTATE (`28P01`), or `iam: ` and the true reason of a
        /// failure that the client was not told.
        public var reason: String
        public var count: Int
        /// Of the last of them, in seconds since 1970.
        public var date: Double

        public var id: UInt64 { sequence }

        public init(
            sequence: UInt64, route: String, user: String, address: String, outcome: Outcome, reason: String, count: Int,
            date: Double
        ) {
            self.sequence = sequence
            self.route = route
            self.user = user
            self.address = address
            self.outcome = outcome
            self.reason = reason
            self.count = count
            self.date = date
        }
    }

    /// A page of events, oldest first.
    public struct LoginEvents: Codable, Sendable, Equatable {
        /// At least so many are kept.
        public static let limit = 1_000

        public var events: [LoginEvent]
        /// The last sequence number given; what to ask after next.
        public var last: UInt64
        /// False when events after the number asked for are not kept any more.
        public var isComplete: Bool

        public init(events: [LoginEvent], last: UInt64, isComplete: Bool) {
            self.events = events
            self.last = last
            self.isComplete = isComplete
        }
    }
}
