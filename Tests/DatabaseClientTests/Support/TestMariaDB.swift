import DatabaseClient
import Foundation
import Testing

/// A MariaDB server on a Unix socket and on a loopback port.
final class TestMariaDB: Sendable {
    let server: TestServer
    let port: Int
    private let settings: [String]

    static let daemon = program("mariadbd")
    static let installer = program("mariadb-install-db")
    static var isInstalled: Bool { daemon != nil && installer != nil }

    private var socket: String { server.directory + "/m.sock" }

    /// - Parameter settings: options of the server; `DIRECTORY` stands for its directory.
    init(settings: [String] = []) async throws {
        server = try await TestServer("maria")
        port = try freePort()
        self.settings = settings.map { [directory = server.directory] in $0.replacing("DIRECTORY", with: directory) }
        try await Self.template.copy(to: server)
    }

    private static let template = Template("maria-template") { server in
        try await server.prepare([
            installer ?? "", "--no-defaults", "--datadir=\(server.directory)/data", "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ])
    }

    func start() async throws {
        try await eventually("MariaDB answers", seconds: 60) {
            if !server.isRunning {
                try server.start(
                    [
                        Self.daemon ?? "", "--no-defaults", "--datadir=\(server.directory)/data", "--socket=\(socket)",
                        "--port=\(port)", "--bind-address=127.0.0.1", "--pid-file=\(server.directory)/pid",
                        "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=2",
                    ] + settings)
            }
            var configuration = DatabaseConfiguration(url)
            configuration.writer.database = nil
            let database = try Database(configuration)
            do {
                try await database.execute("CREATE DATABASE IF NOT EXISTS test CHARACTER SET utf8mb4")
                await database.shutdown()
                return true
            } catch {
                await database.shutdown()
                return false
            }
        }
    }

    var url: DatabaseURL { DatabaseURL(engine: .mysql, user: "root", password: "", host: socket, database: "test") }

    /// How many sessions of the server are in a `SELECT SLEEP(…)`.
    static func sleepers(_ db: Database) async throws -> Int? {
        try await db.first("SELECT count(*) FROM information_schema.processlist WHERE info LIKE \("SELECT SLEEP%")")
    }

    @TaskLocal static var current: TestMariaDB?

    /// - Parameter prepare: what is to be done before the server starts.
    static func with<Value>(
        settings: [String] = [], prepare: (TestServer) async throws -> Void = { _ in },
        _ body: (TestMariaDB) async throws -> Value
    ) async throws -> Value {
        let server = try await TestMariaDB(settings: settings)
        return try await server.server.ended(by: SIGKILL) {
            try await prepare(server.server)
            try await server.start()
            return try await body(server)
        }
    }
}

/// A server for all tests of a suite.
struct MariaDBServer: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestMariaDB.with { server in
            try await TestMariaDB.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == MariaDBServer {
    static var mariaDB: Self { MariaDBServer() }
}
