/// Connections to servers as `rdsadmin`, one of each kept for the next question.
final class MariaDBConnections: Sendable {
    static let shared = MariaDBConnections()

    private let idle = IdleConnections<MariaDBConnection>()

    typealias Work<Result> = @Sendable (MariaDBConnection, ContinuousClock.Instant) throws -> Result

    /// Runs `work` on a connection without a database of its own.
    func use<Result: Sendable>(
        _ server: MariaDBServer, patience: Duration = AdministratorPatience.standard, _ work: @escaping Work<Result>
    ) async throws -> Result {
        try await BlockingPool.shared.run { [self] in
            try idle.use(server, patience: patience, connect: { try connect(server, $0) }, work)
        }
    }

    /// Closes the idle connection to a server.
    func drop(_ server: MariaDBServer) { idle.drop(server.directory) }

    /// What admin sessions do differently: their statements, which may hold password verifiers, are written to no log and
    /// sent to no replica; users' settings of the server do not reach them.
    private static let preamble = """
        SET SESSION sql_log_bin = 0, sql_log_off = 1, slow_query_log = 0, sql_mode = 'STRICT_ALL_TABLES', \
        time_zone = '+00:00', lock_wait_timeout = 30, innodb_lock_wait_timeout = 30, max_statement_time = 0, \
        autocommit = 1, tx_read_only = 0, foreign_key_checks = 1, net_read_timeout = 60, wait_timeout = 3600
        """

    /// A new connection. Blocks.
    func connect(_ server: MariaDBServer, _ deadline: ContinuousClock.Instant) throws -> MariaDBConnection {
        let address = MariaDBConnection.Address(
            socket: server.socket, username: MariaDBAdministrator.name, password: try server.password())
        let connection = try MariaDBConnection(address, deadline: deadline)
        try connection.run(Self.preamble, deadline: deadline)
        return connection
    }
}
