/// A database: pools of connections to its writer and to its replicas.
///
///     let db = try Database(.fromEnvironment())
///     let rows = try await db.query("SELECT * FROM users WHERE handle = \(handle)")
///     await db.shutdown()
///
/// Statements given to it run on the writer, each for itself. `read` goes to a replica, `write` is a transaction.
public final class Database: DatabaseQuerying {
    let writer: SessionSource
    let readers: ReplicaSet
    let sharing: ReadSharing
    let configuration: DatabaseConfiguration

    public var engine: DatabaseEngine { configuration.writer.engine }

    /// Opens nothing but the pool's minimum, in the background.
    ///
    /// - Throws: `DatabaseError.configuration`.
    public init(_ configuration: DatabaseConfiguration) throws(DatabaseError) {
        try configuration.validate()
        self.configuration = configuration
        writer = try Self.source(configuration.writer, .writer, configuration, name: "writer")
        readers = try ReplicaSet(configuration)
        sharing = ReadSharing(waitingLimit: configuration.readerPool.waitingLimit)
        writer.pool.start()
    }

    /// Takes no new work, waits for those who hold a connection (`PoolConfiguration.drainTimeout`), and closes all.
    public func shutdown() async {
        await readers.shutdown()
        await writer.pool.shutdown()
    }

    /// How many of the writer's connections are open, in use, and waited for.
    public var poolCounts: (open: Int, leased: Int, waiting: Int) { writer.pool.counts }

    public func run(_ sql: SQL, place: CallPlace) async throws -> Rows {
        try await retried(1) { try await onWriter(place) { try await $0.run(sql, .autocommit) } }
    }

    public func columns(of sql: SQL, place: CallPlace) async throws -> [String] {
        try await retried(1) { try await self.writer.withSession(place) { try await $0.columns(of: sql, .autocommit) } }
    }

    /// One connection of the writer for several statements.
    @discardableResult
    public func withConnection<Value: Sendable>(
        file: StaticString = #fileID, line: UInt = #line, _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await onWriter(CallPlace(file, line)) { try await body(Connection(session: $0, scope: .autocommit)) }
    }

    /// Whatever runs there may write: reads of one's own writes wait for it.
    func onWriter<Value>(_ place: CallPlace, _ body: (Session) async throws -> Value) async throws -> Value {
        defer { readers.noteWrite() }
        return try await writer.withSession(place, body)
    }

    static func source(
        _ url: DatabaseURL, _ role: Connector.Role, _ configuration: DatabaseConfiguration, name: String,
        waitsForServer: Bool = true
    ) throws(DatabaseError) -> SessionSource {
        let connector = try Connector(url, role, configuration)
        var settings = role == .writer ? configuration.pool : configuration.readerPool
        settings.waitsForServer = waitsForServer
        // Each connection to memory would be a database of its own.
        if url.isInMemory {
            settings.maximum = 1
            settings.overflow = 0
            settings.minimum = 1
            settings.lifetime = .seconds(1 << 40)
        }
        let pool = ConnectionPool(settings, metrics: PoolMetrics(name)) { try await connector.connect() }
        let limits = StatementLimits(timeout: configuration.statementTimeout, cancelGrace: configuration.cancelGrace)
        return SessionSource(pool: pool, role: role, engine: url.engine, limits: limits, telemetry: Telemetry(url))
    }

    /// Does again what certainly did nothing: the connection was lost before a statement could count, the transaction was undone
    /// for the sake of others, or the server was no writer.
    func retried<Value>(_ retries: Int, _ body: () async throws -> Value) async throws -> Value {
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch let error as DatabaseError where Self.didNothing(error) && attempt < retries && !Task.isCancelled {
                attempt += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(10 << min(attempt, 6)))))
            }
        }
    }

    static func didNothing(_ error: DatabaseError) -> Bool {
        switch error {
        case .connectionLost: true
        case .server(let refusal): refusal.isSerializationFailure || refusal.isReadOnlyServer
        default: false
        }
    }
}
