/// What can go wrong. Each case says what is known about the statement: whether it may have been carried out.
public enum DatabaseError: Error, Sendable, Equatable {
    /// The server refused a statement. It was not carried out.
    case server(ServerError)
    /// No connection could be made. Nothing was sent.
    case connectFailed(ConnectFailure)
    /// The connection was lost. Nothing of what it was to do has been, or will be, carried out.
    case connectionLost(String)
    /// The connection was lost after a statement that may write, or a COMMIT, was sent. It may have been carried out, or not:
    /// look, before doing it again. Nothing repeats it by itself.
    case outcomeUnknown(String)
    /// Nobody gave a connection back in time.
    case poolExhausted(PoolExhaustion)
    /// More wait for a connection than `PoolConfiguration.waitingLimit`.
    case tooManyWaiting(Int)
    /// The database was shut down.
    case closed
    /// The statement took longer than its time-out, and was cancelled on the server.
    case timedOut(String)
    /// A row is not what was asked for.
    case decoding(String)
    /// The configuration cannot be carried out.
    case configuration(String)
    /// A call that makes no sense, such as using a transaction after its end.
    case misuse(String)
}

/// An error of the server, with its SQLSTATE.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Five characters. SQLite's codes are translated into the SQLSTATE that PostgreSQL would give.
    public var sqlState: String
    /// MySQL's error number, SQLite's extended result code; 0 on PostgreSQL.
    public var code = 0
    /// PostgreSQL's: `ERROR`, `FATAL`, `PANIC`.
    public var severity = "ERROR"
    public var message: String
    public var detail: String?
    public var hint: String?
    public var constraint: String?
    /// Where in the statement, counted in characters from 1.
    public var position: Int?

    public init(sqlState: String, code: Int = 0, message: String) {
        self.sqlState = sqlState
        self.code = code
        self.message = message
    }

    public var description: String {
        let number = code == 0 ? "" : " (\(code))"
        let more = [detail, hint.map { "Hint: \($0)" }].compactMap { $0 }.map { " " + $0 }.joined()
        return "\(message) [SQLSTATE \(sqlState)]\(number)\(more)"
    }

    /// A row with that key is there already.
    public var isUniqueViolation: Bool { sqlState == "23505" || code == 1062 || code == 1586 }
    /// What a foreign key points to is missing, or is still pointed to.
    public var isForeignKeyViolation: Bool { sqlState == "23503" || [1216, 1217, 1451, 1452].contains(code) }
    /// The transaction was undone because of others; doing all of it again is right.
    public var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" || code == 1213 }
    /// User or password are wrong.
    public var isAuthenticationFailure: Bool { sqlState.hasPrefix("28") || code == 1045 || code == 1698 }
    /// The server takes no writes: it is a replica, or has become one.
    public var isReadOnlyServer: Bool { sqlState == "25006" || code == 1290 || code == 1792 }
    /// The statement was cancelled.
    public var isCancelled: Bool { sqlState == "57014" || code == 1317 || code == 1969 || code == 3024 }
}

/// Why there is no connection.
public struct ConnectFailure: Sendable, Equatable, CustomStringConvertible {
    /// `HOST:PORT`, a socket, or a file.
    public var place: String
    public var reason: String
    /// The server's own refusal, when it was the server that refused.
    public var refusal: ServerError?
    /// What to look at.
    public var hint: String?

    public init(place: String, reason: String, refusal: ServerError? = nil, hint: String? = nil) {
        self.place = place
        self.reason = reason
        self.refusal = refusal
        self.hint = hint
    }

    public var description: String { "Cannot connect to \(place): \(reason)\(hint.map { " \($0)" } ?? "")" }

    /// Whether trying again can help without anybody doing something. Wrong passwords, missing databases and certificates that
    /// cannot be verified stay wrong.
    public var isTransient: Bool { refusal.map { ["57", "53", "08"].contains($0.sqlState.prefix(2)) } ?? !isPermanent }

    /// For failures before the server spoke: a certificate that does not verify, a setting that cannot be.
    var isPermanent = false
}

extension DatabaseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .server(let error): error.description
        case .connectFailed(let failure): failure.description
        case .connectionLost(let text): "The connection was lost; nothing was written. \(text)"
        case .outcomeUnknown(let text):
            "The connection was lost and the outcome is unknown: it may have been written. \(text)"
        case .poolExhausted(let exhaustion): exhaustion.description
        case .tooManyWaiting(let count): "\(count) wait for a connection already."
        case .closed: "The database is closed."
        case .timedOut(let text): text
        case .decoding(let text), .configuration(let text), .misuse(let text): text
        }
    }

    /// The server's error, when that is what this is.
    public var serverError: ServerError? {
        switch self {
        case .server(let error): error
        case .connectFailed(let failure): failure.refusal
        default: nil
        }
    }

    /// The SQLSTATE, when the server gave one.
    public var sqlState: String? { serverError?.sqlState }
}
