/// Keeps one idle `rdsadmin` connection per server, so that a look at it costs one round trip.
final class AdminConnections: Sendable {
    static let shared = AdminConnections()

    /// How long a server may take to answer before it counts as mute.
    static let patience = Duration.seconds(2)
    private let idle = IdleConnections<PostgreSQLConnection>()

    typealias Work<Result> = @Sendable (PostgreSQLConnection, ContinuousClock.Instant) throws -> Result

    /// Runs `work` on a connection to the database `rdsadmin`, or to `postgres` where that is missing yet.
    func use<Result: Sendable>(
        _ server: PostgreSQLServer, patience: Duration = patience, _ work: @escaping Work<Result>
    ) async throws -> Result {
        try await BlockingPool.shared.run { [self] in
            let process = server.runningProcess()
            if let kept = idle.take(server.directory, process) {
                do {
                    let result = try work(kept, .now + patience)
                    idle.keep(kept, server.directory, process)
                    return result
                } catch EngineError.sql(_, state: "08006") {
                    // The server has ended this session; a new one tells whether it still runs.
                }
            }
            let fresh = try connect(server, .now + min(patience, Self.patience))
            let result = try work(fresh, .now + patience)
            idle.keep(fresh, server.directory, process)
            return result
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
