public import DatabaseURLs

/// Where a database is and who asks. A value; a password in it is never part of its description.
public struct DatabaseAddress: Sendable, Equatable, CustomStringConvertible {
    public var dialect: Dialect
    /// A name or a numeric address; empty with `socket`, and for SQLite.
    public var host = ""
    public var port: Int
    /// PostgreSQL: the directory of the socket. MySQL: the socket itself.
    public var socket: String?
    public var user = ""
    public var password: String?
    /// The database's name; for SQLite the file's path, or `:memory:`.
    public var database = ""
    /// What was asked for; nil leaves it to `effectiveTLS`.
    public var tls: TLSMode?
    /// The certificates to trust, a PEM file.
    public var caFile: String?
    /// More connection parameters, for libpq.
    public var options: [String: String] = [:]

    public init(_ dialect: Dialect, host: String = "", database: String = "", user: String = "", port: Int? = nil) {
        self.dialect = dialect
        self.host = host
        self.database = database
        self.user = user
        self.port = port ?? dialect.defaultPort ?? 0
    }

    /// A file, a socket, or a loopback address written as one. A name is not local, wherever it leads: names are what
    /// production has.
    public var isLocal: Bool {
        // libpq goes where these say, whatever the host is called.
        if let address = options["hostaddr"] { return DatabaseURL(engine: dialect, host: address).isLocal }
        if options["service"] != nil { return false }
        if dialect == .sqlite || socket != nil || host.isEmpty { return true }
        return DatabaseURL(engine: dialect, host: host).isLocal
    }

    /// What is not local is verified, unless the URL says otherwise.
    public var effectiveTLS: TLSMode { tls ?? (isLocal ? .prefer : .verifyFull) }

    /// The same server, another database. SQLite has no other.
    public func with(database: String) -> DatabaseAddress {
        var other = self
        other.database = database
        return other
    }

    /// `user@host:port/database`, or the file.
    public var description: String {
        if dialect == .sqlite { return database }
        let place = socket ?? "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        return "\(user.isEmpty ? "" : "\(user)@")\(place)/\(database)"
    }
}
