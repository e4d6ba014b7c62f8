import DatabaseURLs
import Foundation
import Testing

@testable import Toolkit

/// Real servers for one test, in a directory of their own; taken away whatever the test does.
final class TestServer {
    static let hasPostgreSQL = postgresPrograms != nil
    static let hasMariaDB = FileManager.default.isExecutableFile(atPath: mariadbd)
    static let noPostgreSQL: Comment = "PostgreSQL is not installed: apt-get install postgresql"
    static let noMariaDB: Comment = "MariaDB is not installed: apt-get install mariadb-server"
    /// With everything that breaks URLs, shells and option files.
    static let password = "p@ss w:/?#r%d'\"\\$`!"

    private static let mariadbd = "/usr/sbin/mariadbd"
    private static let postgresPrograms: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.compactMap { Int($0) }.max().map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    let directory: String
    private(set) var address: DatabaseAddress
    private let process = Process()

    static func run(_ dialect: Dialect, _ body: (TestServer) throws -> Void) throws {
        let server = try TestServer(dialect)
        defer { server.remove() }
        try server.start()
        try body(server)
    }

    static func run(_ dialect: Dialect, _ body: (TestServer) async throws -> Void) async throws {
        let server = try TestServer(dialect)
        defer { server.remove() }
        try server.start()
        try await body(server)
    }

    private init(_ dialect: Dialect) throws {
        directory = "/tmp/martlet-db-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        address = DatabaseAddress(dialect)
        address.database = dialect == .postgresql ? "postgres" : ""
        address.socket = dialect == .postgresql ? directory : directory + "/sock"
    }

    /// An address of another database on it.
    func address(_ database: String) -> DatabaseAddress { address.with(database: database) }

    func open(_ database: String) throws -> any SQLSession { try Sessions.open(address(database)) }

    /// Our own temporary directory is not the servers' user's.
    private var environment: [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": directory, "LC_ALL": "C.UTF-8"]
    }

    /// Servers refuse to run as root.
    private func words(_ user: String, _ command: [String]) -> [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] + command : command
    }

    private func run(_ words: [String]) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: words[0])
        child.arguments = Array(words.dropFirst())
        child.environment = environment
        child.standardOutput = FileHandle.nullDevice
        child.standardError = FileHandle.nullDevice
        try child.run()
        child.waitUntilExit()
        try #require(child.terminationStatus == 0, "\(words[0]) \(words.last ?? "")")
    }

    private func start() throws {
        switch address.dialect {
        case .postgresql: try startPostgreSQL()
        case .mysql: try startMariaDB()
        case .sqlite: break
        }
    }

    private func give(to user: String) throws {
        if geteuid() == 0 { try run(["/bin/chown", user, directory]) }
    }

    private func startPostgreSQL() throws {
        let programs = try #require(Self.postgresPrograms)
        try give(to: "postgres")
        try Data(Self.password.utf8).write(to: URL(fileURLWithPath: directory + "/password"))
        let data = directory + "/data"
        try run(
            words(
                "postgres",
                [
                    "\(programs)/initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--no-sync", "--pwfile",
                    directory + "/password",
                ]))
        address.user = "postgres"
        address.password = Self.password
        try start(
            words(
                "postgres", ["\(programs)/postgres", "-D", data, "-k", directory, "-c", "listen_addresses=", "-c", "fsync=off"]))
    }

    private func startMariaDB() throws {
        try give(to: "mysql")
        let data = directory + "/data"
        try run([
            "/usr/bin/mariadb-install-db", "--no-defaults", "--datadir=\(data)", "--user=mysql",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        ])
        address.user = "root"
        try start(
            words(
                "mysql",
                [
                    Self.mariadbd, "--no-defaults", "--datadir=\(data)", "--socket=\(directory)/sock", "--skip-networking",
                    "--innodb-flush-log-at-trx-commit=0",
                ]))
        let quoted = Self.password.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        try open("").run("SET PASSWORD FOR root@localhost = PASSWORD('\(quoted)')")
        address.password = Self.password
    }

    private func start(_ words: [String]) throws {
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do { return try Sessions.open(address).close() } catch {
                guard process.isRunning, ContinuousClock.now < deadline else { throw error }
                usleep(50_000)
            }
        }
    }

    private func remove() {
        if process.isRunning {
            // PostgreSQL's fast shutdown; the same to MariaDB as SIGTERM would be no.
            kill(process.processIdentifier, address.dialect == .postgresql ? SIGINT : SIGTERM)
            process.waitUntilExit()
        }
        do { try FileManager.default.removeItem(atPath: directory) } catch {
            Issue.record("\(directory) is left behind: \(error)")
        }
    }
}

extension SQLFile {
    init(_ text: String) { self.init(path: "test.sql", text: text) }
}

/// Collects what a load shows.
final class Echo {
    private(set) var lines: [String] = []
    func show(_ event: LoadEvent) { lines += event.lines }
}
