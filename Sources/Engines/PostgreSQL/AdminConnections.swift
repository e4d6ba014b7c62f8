/// Keeps one idle `rdsadmin` connection per server, so that a look at it costs one round trip.
final class AdminConnections: Sendable {
    static let shared = AdminConnections()

    private let idle = IdleConnections<PostgreSQLConnection>()

    typealias Work<Result> = @Sendable (PostgreSQLConnection, ContinuousClock.Instant) throws -> Result

    /// Runs `work` on a connection to the database `rdsadmin`, or to `postgres` where that is missing yet.
    func use<Result: Sendable>(
        _ server: PostgreSQLServer, patience: Duration = AdministratorPatience.standard, _ work: @escaping Work<Result>
    ) async throws -> Result {
        try await BlockingPool.shared.run { [self] in
            try idle.use(server, patience: patience, connect: { try connect(server, $0) }, work)
        }
    }

    /// Like `use`, on a connection made for this call.
    func useFresh<Result: Sendable>(_ server: PostgreSQLServer, _ work: @escaping Work<Result>) async throws -> Result {
        drop(server)
        return try await use(server, work)
    }

    /// Closes the idle connection to a server.
    func drop(_ server: PostgreSQLServer) {
        idle.drop(server.directory)
    }

    /// Another connection, to a database of choice. Blocks.
    func connect(
        _ server: PostgreSQLServer, database: String? = nil, _ deadline: ContinuousClock.Instant
    ) throws -> PostgreSQLConnection {
        let password = try server.password()
        let major = server.major
        func open(_ database: String) throws -> PostgreSQLConnection {
            try PostgreSQLConnection(
                .init(directory: server.data, database: database, password: password, major: major), deadline: deadline)
        }
        if let database { return try open(database) }
        do { return try open(PostgreSQLFacts.database) } catch EngineError.sql(_, state: "3D000") {
            return try open("postgres")
        }
    }
}
