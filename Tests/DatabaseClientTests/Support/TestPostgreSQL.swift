import DatabaseClient
import Foundation
import Testing

/// A PostgreSQL server on a Unix socket and on a loopback port.
final class TestPostgreSQL: Sendable {
    let server: TestServer
    let port: Int

    static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
        return program("initdb", in: newest).map { String($0.dropLast("/initdb".count)) }
    }()

    init(settings: [String] = [], clone: TestPostgreSQL? = nil) async throws {
        guard let programs = Self.programs else { throw TestFailure("PostgreSQL is not installed") }
        server = try await TestServer("pg")
        port = try freePort()
        let data = server.directory + "/data"
        if let clone {
            try await server.prepare([
                "\(programs)/pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-h",
                clone.server.directory, "-p",
                "\(clone.port)", "-U", "app",
            ])
        } else {
            try await Self.template.copy(to: server)
        }
        let configuration =
            [
                "port = \(port)", "unix_socket_directories = '\(server.directory)'", "listen_addresses = '127.0.0.1'",
                "wal_level = replica", "shared_buffers = '32MB'", "fsync = off",
            ] + settings
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        file.seekToEndOfFile()
        file.write(Data((configuration.joined(separator: "\n") + "\n").utf8))
        try file.close()
    }

    private static let template = Template("pg-template") { server in
        try await server.prepare([
            "\(programs ?? "")/initdb", "--no-sync", "-A", "trust", "-U", "app", "-E", "UTF8", "--locale=C", "-D",
            server.directory + "/data",
        ])
    }

    func start() async throws {
        try await eventually("PostgreSQL answers") {
            // After a kill the old server's memory is released only when its last child is gone.
            if !server.isRunning { try server.start(["\(Self.programs ?? "")/postgres", "-D", server.directory + "/data"]) }
            do {
                try await TestServer.run(["\(Self.programs ?? "")/pg_isready", "-h", server.directory, "-p", "\(port)"])
                return true
            } catch {
                try await Task.sleep(for: .milliseconds(50))
                return false
            }
        }
    }

    /// Through the Unix socket.
    var url: DatabaseURL {
        DatabaseURL(engine: .postgresql, user: "app", host: server.directory, port: port, database: "postgres")
    }

    func configuration(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(url)
        change(&configuration)
        return configuration
    }

    @TaskLocal static var current: TestPostgreSQL?

    /// One that is not the suite's.
    ///
    /// - Parameter prepare: what is to be done before the server starts.
    static func with<Value>(
        settings: [String] = [], prepare: (TestServer) async throws -> Void = { _ in },
        _ body: (TestPostgreSQL) async throws -> Value
    ) async throws -> Value {
        let server = try await TestPostgreSQL(settings: settings)
        return try await server.server.ended(by: SIGQUIT) {
            try await prepare(server.server)
            try await server.start()
            return try await body(server)
        }
    }
}

/// A server for all tests of a suite.
struct PostgreSQLServer: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestPostgreSQL.with { server in
            try await TestPostgreSQL.$current.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == PostgreSQLServer {
    static var postgreSQL: Self { PostgreSQLServer() }
}

/// The suite's server.
func postgreSQL(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) throws -> DatabaseConfiguration {
    try #require(TestPostgreSQL.current).configuration(change)
}

/// A database of the suite's server, shut down afterwards.
func withPostgreSQL<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
    try await withDatabase(try postgreSQL(), body)
}

@discardableResult
func withDatabase<Value>(_ configuration: DatabaseConfiguration, _ body: (Database) async throws -> Value) async throws -> Value {
    let database = try Database(configuration)
    do {
        let value = try await body(database)
        await database.shutdown()
        return value
    } catch {
        await database.shutdown()
        throw error
    }
}
