public import Foundation

/// Where the database is, and how it is used.
public struct DatabaseConfiguration: Sendable {
    /// Who takes writes. An RDS endpoint keeps its name when another server takes over.
    public var writer: DatabaseURL
    /// The replicas: `read` asks them in turn. Empty: the writer is asked.
    public var readers: [DatabaseURL] = []
    /// The writer's connections.
    public var pool = PoolConfiguration()
    /// The connections for `read`, for each replica, or to the writer when there is none. They are opened when the first
    /// `read` comes.
    public var readerPool = PoolConfiguration()
    /// Replaces user and password of the URLs.
    public var credentials: (any CredentialSource)?
    /// TLS for URLs that do not say (`sslmode`). Unix sockets never have it.
    public var tls = TLSMode.verifyFull
    /// The certificates to trust (a PEM file) where the URL names none (`sslrootcert`, `ssl_ca`). Nil: `PGSSLROOTCERT`, else the
    /// system's.
    public var caBundle: String?
    /// A statement that takes longer is cancelled on the server. Nil: none is.
    public var statementTimeout: Duration? = .seconds(60)
    /// How long a server has to confirm a cancellation, before the connection is given up.
    public var cancelGrace: Duration = .seconds(5)
    /// Statements that come again are prepared (PostgreSQL). False behind a pooler that shares sessions between transactions and
    /// does not follow prepared statements.
    public var preparesStatements = true
    /// A writer that turns out to be a replica is not used: the pool tries again until it has become, or is, the primary.
    public var writerMustBePrimary = true
    /// A replica further behind than this is not asked.
    public var lagLimit: Duration = .seconds(10)
    /// How often replicas are asked how far behind they are.
    public var lagInterval: Duration = .seconds(1)
    /// What the server's session list shows.
    public var applicationName = ProcessInfo.processInfo.processName

    public init(_ writer: DatabaseURL, readers: [DatabaseURL] = []) {
        self.writer = writer
        self.readers = readers
    }

    /// - Throws: `DatabaseURLError`.
    public init(url: String, readers: [String] = []) throws(DatabaseURLError) {
        writer = try DatabaseURL(url)
        for reader in readers { self.readers.append(try DatabaseURL(reader)) }
    }

    /// The notes' switch, in one call: production where the environment names a database, else SQLite under `volumes/`.
    /// `READER_URL` may name replicas, with spaces between them. See `DatabaseURL.fromEnvironment`.
    ///
    /// - Throws: `DatabaseURLError`.
    public static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment, databaseName: String = "user_management"
    ) throws(DatabaseURLError) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(
            try DatabaseURL.fromEnvironment(environment, databaseName: databaseName))
        for text in environment["READER_URL", default: ""].split(separator: " ") {
            configuration.readers.append(try DatabaseURL(String(text)))
        }
        return configuration
    }

    /// What the options of the URLs ask for is judged where they are read: in each `Connector`.
    ///
    /// - Throws: `DatabaseError.configuration` for what cannot be carried out.
    func validate() throws(DatabaseError) {
        try pool.validate()
        try readerPool.validate()
        guard readers.allSatisfy({ $0.engine == writer.engine }) else {
            throw .configuration("Writer and readers are of one engine.")
        }
        guard writer.engine != .sqlite || readers.isEmpty else { throw .configuration("SQLite has no replicas.") }
        guard writer.engine != .sqlite || credentials == nil else { throw .configuration("SQLite has no users.") }
        let times = [statementTimeout ?? .seconds(1), cancelGrace, lagLimit, lagInterval]
        guard times.allSatisfy(\.isConfigurable) else {
            throw .configuration("Times are longer than nothing, and at most a year.")
        }
    }
}

/// How far the server's certificate is believed.
public enum TLSMode: String, Sendable, CaseIterable {
    /// No TLS.
    case disable
    /// TLS with whoever answers. Protects against listening, not against impostors.
    case require
    /// The certificate must come from the bundle; the name in it is not looked at.
    case verifyCA = "verify-ca"
    /// The certificate must come from the bundle, and be for this host.
    case verifyFull = "verify-full"

    /// As libpq or as MySQL writes it. `prefer` and `allow`, which promise nothing, are none.
    init?(option: String) {
        switch option.lowercased().replacing("_", with: "-") {
        case "disable", "disabled": self = .disable
        case "require", "required": self = .require
        case "verify-ca": self = .verifyCA
        case "verify-full", "verify-identity": self = .verifyFull
        default: return nil
        }
    }
}
