/// One client's way through the gateway. Events come in as calls, what to do about them comes back as an `Action`; nothing here
/// touches a socket.
///
/// Bytes that are just passed on are no event: while `state` is `relaying`, the executor moves them. Only ends, failures and
/// drained backlogs are decided here.
struct RelayStateMachine: Equatable {
    enum Side: Equatable { case client, server }

    /// One direction of a relayed connection, named after the side that the bytes come from.
    enum Half: Equatable {
        /// Bytes may come. Can transition to `ended`, `shut`.
        case open
        /// The source has said that no more will come, but its last bytes are still to be written. Can transition to `shut`.
        case ended
        /// The sink was told that no more will come.
        case shut
    }

    enum State: Equatable {
        /// Start-up packets are expected. Can transition to `delayed`, `waiting`, `lingering`, `closed`.
        case readingStartup
        /// Made to wait after failed logins. Can transition to `waiting`, `authenticating` (MySQL), `lingering`, `closed`.
        case delayed
        /// In the route's hold queue. Can transition to `connecting`, `lingering`, `closed`.
        case waiting
        /// Sent to the server; nothing has come back that the client may see. Can transition to `relaying`, `authenticating`,
        /// `greeted`, `waiting`, `lingering`, `closed`.
        case connecting
        /// MySQL: the client has the server's greeting, and is to answer it. Can transition to `delayed`, `authenticating`,
        /// `lingering`, `closed`.
        case greeted
        /// The server asks for no credential, so the gateway does; or a MySQL login is under way. Can transition to `relaying`,
        /// `lingering`, `closed`.
        case authenticating
        /// Can transition to `lingering`, `closed`.
        case relaying(fromClient: Half, fromServer: Half)
        /// The server is gone or was never reached: the last bytes for the client are written, and what it still sends is
        /// dropped. `clientEnded`: there will be nothing to drop any more. Can transition to `closed`.
        case lingering(clientEnded: Bool)
        case closed
    }

    enum Action: Equatable {
        case none
        /// Answer `N` to a request for encryption; go on reading start-up packets.
        case denyEncryption
        /// Wait, then report the time-out.
        case delay
        /// Ask the hold queue for a place.
        case enqueue
        /// Connect to the server and send it what the client sent.
        case connect
        /// Connect for a cancel request, which waits for nothing and expects no answer.
        case connectForCancel
        /// MySQL: show the client the server's greeting.
        case greet
        /// MySQL: give the server the client's answer.
        case answer
        /// Ask the client for a login token.
        case askPassword
        /// Pass the server's first bytes on, and everything after them.
        case relay
        /// Give up this try of the server; back to the client's place in the hold queue.
        case requeue
        /// Tell this side that no more will come.
        case shutdownWrite(Side)
        /// Write this to the client, and end.
        case refuse(PostgresRefusal)
        case refuseMySQL(MySQLRefusal)
        /// Leave the server, write what is left to the client, tell it that no more will come, and wait a moment for it to close.
        case linger
        /// Drop both connections.
        case close
    }

    private(set) var state: State
    /// Requests for encryption answered so far. A client has two to make: GSS and TLS.
    private var denials: UInt8 = 0
    private static let maximumDenials: UInt8 = 2
    /// What opens the conversation decides how much of it is looked at.
    let opening: Opening

    enum Opening: Equatable {
        /// PostgreSQL: the client sends start-up packets.
        case clientSpeaks
        /// MySQL: the server greets, and the client's answer says who it is.
        case serverSpeaks
    }

    init(opening: Opening) {
        self.opening = opening
        state = opening == .clientSpeaks ? .readingStartup : .waiting
    }

    /// A whole start-up packet was read, or a MySQL client's answer.
    mutating func startup(_ verdict: StartupVerdict) -> Action {
        guard state == .readingStartup || state == .greeted else { return .none }
        switch verdict {
        case .encryptionRequest:
            guard denials < Self.maximumDenials else { return refuse(.unsupportedProtocol(major: 1234, minor: 5679)) }
            denials += 1
            return .denyEncryption
        case .cancel:
            state = .relaying(fromClient: .open, fromServer: .open)
            return .connectForCancel
        case .delay:
            state = .delayed
            return .delay
        case .admit: return admit()
        case .refuse(let refusal): return refuse(refusal)
        case .refuseMySQL(let refusal): return refuseMySQL(refusal)
        }
    }

    /// A MySQL client has waited already, for the greeting.
    private mutating func admit() -> Action {
        state = opening == .clientSpeaks ? .waiting : .authenticating
        return opening == .clientSpeaks ? .enqueue : .answer
    }

    /// The hold queue lets the client through.
    mutating func admitted() -> Action {
        guard state == .waiting else { return .none }
        state = .connecting
        return .connect
    }

    /// The server sent something that is for the client.
    mutating func greeted() -> Action {
        guard state == .connecting else { return .none }
        if opening == .serverSpeaks {
            state = .greeted
            return .greet
        }
        state = .relaying(fromClient: .open, fromServer: .open)
        return .relay
    }

    /// The server lets the client in without asking for anything.
    mutating func unchallenged() -> Action {
        guard state == .connecting else { return .none }
        state = .authenticating
        return .askPassword
    }

    /// A MySQL server turned the client away, which has been told so.
    mutating func serverRefused() -> Action {
        switch state {
        case .connecting, .greeted, .delayed, .authenticating: opening == .serverSpeaks ? linger() : .none
        case .readingStartup, .waiting, .relaying, .lingering, .closed: .none
        }
    }

    /// A MySQL client is in, and knows it.
    mutating func loggedIn() -> Action {
        guard opening == .serverSpeaks, state == .authenticating else { return .none }
        state = .relaying(fromClient: .open, fromServer: .open)
        return .relay
    }

    /// The client's token is good.
    mutating func passwordAccepted() -> Action {
        guard state == .authenticating else { return .none }
        state = .relaying(fromClient: .open, fromServer: .open)
        return .relay
    }

    /// No connection, an end before the first byte, or "the database system is starting up".
    mutating func serverNotReady() -> Action {
        switch state {
        case .connecting:
            state = .waiting
            return .requeue
        case .relaying, .lingering:
            return close()
        case .greeted, .authenticating: return refuse(.shuttingDown, mysql: .serverLeft)
        case .delayed: return opening == .clientSpeaks ? .none : refuseMySQL(.serverLeft)
        case .readingStartup, .waiting, .closed: return .none
        }
    }

    /// The client's writing half is over.
    ///
    /// - Parameters:
    ///   - backlog: bytes for the server are still to be written.
    ///   - unsent: bytes for the client are still to be written.
    mutating func clientEnded(backlog: Bool, unsent: Bool) -> Action {
        switch state {
        // Nobody is there to be answered: PostgreSQL clients keep their half open until they leave.
        case .readingStartup, .delayed, .waiting, .connecting, .greeted, .authenticating: return close()
        case .lingering:
            state = .lingering(clientEnded: true)
            return unsent ? .none : close()
        case .relaying(.open, .shut) where !backlog: return close()
        case .relaying(.open, let fromServer):
            state = .relaying(fromClient: backlog ? .ended : .shut, fromServer: fromServer)
            return backlog ? .none : .shutdownWrite(.server)
        case .relaying, .closed: return .none
        }
    }

    /// The server's writing half is over.
    ///
    /// - Parameters:
    ///   - backlog: bytes for the client are still to be written.
    ///   - gone: it reads no more either.
    mutating func serverEnded(backlog: Bool, gone: Bool) -> Action {
        switch state {
        case .connecting, .greeted, .delayed, .authenticating: return serverNotReady()
        case .relaying(.shut, .open) where !backlog: return linger()
        case .relaying(_, .open) where gone: return linger()
        case .relaying(let fromClient, .open):
            state = .relaying(fromClient: fromClient, fromServer: backlog ? .ended : .shut)
            return backlog ? .none : .shutdownWrite(.client)
        case .relaying where gone: return linger()
        case .readingStartup, .waiting, .relaying, .lingering, .closed: return .none
        }
    }

    /// All bytes that were kept back for `sink` are written.
    mutating func drained(to sink: Side) -> Action {
        switch (state, sink) {
        case (.relaying(.ended, let fromServer), .server):
            state = .relaying(fromClient: .shut, fromServer: fromServer)
            return fromServer == .shut ? linger() : .shutdownWrite(.server)
        case (.relaying(let fromClient, .ended), .client):
            state = .relaying(fromClient: fromClient, fromServer: .shut)
            return fromClient == .shut ? linger() : .shutdownWrite(.client)
        case (.lingering(let clientEnded), .client): return clientEnded ? close() : .shutdownWrite(.client)
        default: return .none
        }
    }

    /// Reading from or writing to the client failed: nobody is there to be told.
    mutating func clientFailed() -> Action { close() }

    /// The server takes no more. What it said last (why it ended) may still be there to be read.
    mutating func serverWriteFailed() -> Action {
        switch state {
        case .connecting, .greeted, .authenticating: return serverNotReady()
        case .relaying(_, .open):
            state = .relaying(fromClient: .shut, fromServer: .open)
            return .none
        case .relaying: return linger()
        case .readingStartup, .delayed, .waiting, .lingering, .closed: return .none
        }
    }

    /// The server's connection was reset; nothing is left to be read.
    mutating func serverReadFailed() -> Action { serverEnded(backlog: true, gone: true) }

    /// The time for the present state is over.
    mutating func timedOut() -> Action {
        switch state {
        case .delayed: delayEnded()
        case .waiting, .connecting: refuse(.startingUp, mysql: .startingUp)
        // PostgreSQL too says nothing when `authentication_timeout` ends a start-up.
        case .authenticating where opening == .clientSpeaks: close()
        case .greeted, .authenticating: refuseMySQL(.timedOut)
        case .readingStartup, .lingering: close()
        case .relaying, .closed: .none
        }
    }

    private mutating func delayEnded() -> Action { admit() }

    /// There is no time or place for words: another needs its place at once, or silence is what it was to meet.
    mutating func evicted() -> Action { close() }

    /// Where both protocols can be meant.
    mutating func refuse(_ postgres: PostgresRefusal, mysql: MySQLRefusal) -> Action {
        opening == .clientSpeaks ? refuse(postgres) : refuseMySQL(mysql)
    }

    /// The client may not have what it wants.
    mutating func refuseMySQL(_ refusal: MySQLRefusal) -> Action {
        switch state {
        case .delayed, .waiting, .connecting, .greeted, .authenticating:
            state = .lingering(clientEnded: false)
            return .refuseMySQL(refusal)
        case .readingStartup, .relaying, .lingering, .closed: return .none
        }
    }

    /// The client may not have what it wants.
    mutating func refuse(_ refusal: PostgresRefusal) -> Action {
        switch state {
        case .readingStartup, .delayed, .waiting, .connecting, .authenticating:
            state = .lingering(clientEnded: false)
            return .refuse(refusal)
        case .greeted, .relaying, .lingering, .closed: return .none
        }
    }

    /// The route is gone, or the gateway ends.
    mutating func removed() -> Action {
        switch state {
        case .delayed, .waiting, .connecting, .greeted, .authenticating: refuse(.shuttingDown, mysql: .shuttingDown)
        case .readingStartup, .relaying, .lingering: close()
        case .closed: .none
        }
    }

    /// The rule that admitted the client's address is gone. In the middle of a session there is no place for words.
    mutating func revoked() -> Action {
        switch state {
        case .delayed, .waiting, .connecting, .authenticating: refuse(.accessDenied, mysql: .accessDenied)
        // Its start-up packet, or answer, will be refused.
        case .readingStartup, .greeted: .none
        case .relaying, .lingering: close()
        case .closed: .none
        }
    }

    private mutating func linger() -> Action {
        state = .lingering(clientEnded: false)
        return .linger
    }

    private mutating func close() -> Action {
        guard state != .closed else { return .none }
        state = .closed
        return .close
    }
}

/// What a start-up packet asks for, and whether it may have it.
enum StartupVerdict: Equatable {
    case encryptionRequest
    case cancel
    case admit
    /// Admitted, but not yet.
    case delay
    case refuse(PostgresRefusal)
    case refuseMySQL(MySQLRefusal)
}
