import Foundation
import Logging
import Resources
import Testing

@testable import Engines

/// Tests that start real servers run one after another: each is timed, and two cores are few.
@Suite(.serialized, .enabled(if: MariaDBFixture.isInstalled, MariaDBFixture.missing))
struct MariaDBServerTests {}

/// A Martlet directory of its own under /tmp, and MariaDB on it; takes everything away again, whatever the test did.
struct MariaDBFixture {
    let directory: String
    let host: EngineHost
    let engine: MariaDBEngine
    let version: String

    static let installations = MariaDBInstallation.discover(ServerProgram.discover(programPaths: []))
    static let isInstalled = !installations.isEmpty
    static let missing: Comment = "MariaDB is not installed on this machine: apt-get install mariadb-server"
    static let small = ServerSettings.mariaDB(DBInstanceClass(name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024))
    static let password = "correct horse battery"

    /// - Parameter hidden: puts the directory below one that only its owner may enter.
    static func run(hidden: Bool = false, long: Bool = false, _ body: (MariaDBFixture) async throws -> Void) async throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: hidden ? 0o700 : 0o755)
        let fixture = try MariaDBFixture(directory: "\(root)/\(long ? String(repeating: "x", count: 120) : "data")")
        do { try await body(fixture) } catch {
            try await fixture.tearDown(root)
            throw error
        }
        try await fixture.tearDown(root)
    }

    private init(directory: String) throws {
        self.directory = directory
        host = EngineHost(directory: directory, user: try EngineUser.discover(named: nil))
        engine = Self.engine(host)
        version = try #require(engine.versions.last).version
    }

    static func engine(_ host: EngineHost, _ traits: EngineTraits = .mariaDB) -> MariaDBEngine {
        MariaDBEngine(host: host, traits: traits, installations: installations, logger: Logger(label: "test"))
    }

    func site(_ id: String = "db-\(UUID().uuidString)") -> ServerSite { ServerSite(id: id, version: version) }

    static func bootstrap(_ username: String = "app", database: String? = nil, password: String = password) -> Bootstrap {
        Bootstrap(
            master: .init(username: username, verifier: NativePasswordHash(password: password).description),
            databaseName: database)
    }

    /// From nothing to a server that its master user can use.
    func create(_ site: ServerSite, settings: ServerSettings = small, _ bootstrap: Bootstrap = bootstrap()) async throws {
        try await engine.provision(site)
        try await engine.configure(site, settings: settings)
        try await engine.start(site, timeout: .seconds(60))
        try await engine.bootstrap(site, bootstrap)
    }

    /// All that is in its log files.
    func logs(of site: ServerSite) throws -> String { try engine.logs(of: site).text() }

    func answers(_ site: ServerSite) async throws -> ServerFacts.Answers {
        let facts = await engine.facts(of: site)
        guard case .answering(_, let answers) = facts.server else {
            throw EngineError.system(what: "facts", reason: "\(facts)")
        }
        return answers
    }

    func process(_ site: ServerSite) throws -> ProcessIdentity { try #require(engine.server(site).runningProcess()) }

    func client(_ site: ServerSite, user: String = "app", password: String = password) -> MariaDBClient {
        MariaDBClient(directory: engine.server(site).data, user: user, password: password)
    }

    private func tearDown(_ root: String) async throws {
        for id in FileSystem.names(in: "\(directory)/instances") { try await engine.stop(site(id), grace: .seconds(20)) }
        #expect(MariaDBServer.holders.find(under: root) == [], "a process was left behind")
        try host.removeOutsideTraces()
        try TreeRemoval.remove(root)
    }
}

/// What a client sees, through the real `mariadb`.
struct MariaDBClient {
    /// Where the socket is. The client works there, so that the path is short however long it is.
    var directory: String
    var user: String
    var password: String
    var database = ""

    func run(_ statements: String...) throws -> ClientProcess.Answer { try run(statements) }

    func run(_ statements: [String]) throws -> ClientProcess.Answer { try start(statements).answer() }

    func start(_ statements: String...) throws -> ClientProcess { try start(statements) }

    private func start(_ statements: [String]) throws -> ClientProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/mariadb")
        process.arguments =
            ["--no-defaults", "--socket=mysql.sock", "--user=\(user)", "--batch", "--skip-column-names"]
            + ["-e", statements.joined(separator: ";")] + (database.isEmpty ? [] : [database])
        process.environment = ["MYSQL_PWD": password, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        return try ClientProcess(process)
    }
}
