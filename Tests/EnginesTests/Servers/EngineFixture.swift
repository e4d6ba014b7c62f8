import Foundation
import Logging
import Resources
import Testing

@testable import Engines

/// A Martlet directory of its own under /tmp, and an engine on it; takes everything away again, whatever the test did.
struct EngineFixture {
    let directory: String
    let host: EngineHost
    let engine: PostgreSQLEngine
    let version: String

    static let isInstalled = !PostgreSQLInstallation.discover(programPaths: []).isEmpty
    static let missing: Comment = "PostgreSQL is not installed on this machine: apt-get install postgresql"
    static let small = ServerSettings.standard(DBInstanceClass(name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024))
    static let password = "correct horse battery"

    /// - Parameter hidden: puts the directory below one that only its owner may enter.
    static func run(hidden: Bool = false, long: Bool = false, _ body: (EngineFixture) async throws -> Void) async throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: hidden ? 0o700 : 0o755)
        var directory = "\(root)/data"
        if long {
            directory = "\(root)/\(String(repeating: "x", count: 120))"
        }
        let fixture = try EngineFixture(directory: directory)
        do { try await body(fixture) } catch {
            try await fixture.tearDown(root)
            throw error
        }
        try await fixture.tearDown(root)
    }

    private init(directory: String) throws {
        self.directory = directory
        host = EngineHost(directory: directory, user: try EngineUser.discover(named: nil))
        engine = PostgreSQLEngine(host: host, logger: Logger(label: "test"))
        version = try #require(engine.versions.last).version
    }

    func site(_ id: String = "db-\(UUID().uuidString)") -> ServerSite { ServerSite(id: id, version: version) }

    static func bootstrap(_ username: String = "app", database: String? = nil, password: String = password) throws -> Bootstrap {
        Bootstrap(
            master: .init(username: username, verifier: try SCRAMVerifier.make(password: password).description),
            databaseName: database)
    }

    /// From nothing to a server that its master user can use.
    func create(
        _ site: ServerSite, settings: ServerSettings = small, _ bootstrap: Bootstrap? = nil
    ) async throws {
        try await engine.provision(site)
        try await engine.configure(site, settings: settings)
        try await engine.start(site, timeout: .seconds(30))
        try await engine.bootstrap(site, bootstrap ?? Self.bootstrap())
    }

    func answers(_ site: ServerSite) async throws -> ServerFacts.Answers {
        let facts = await engine.facts(of: site)
        guard case .answering(_, let answers) = facts.server else {
            throw EngineError.system(what: "facts", reason: "\(facts)")
        }
        return answers
    }

    /// All that is in its log files.
    func logs(of site: ServerSite) throws -> String { try engine.logs(of: site).text() }

    func process(_ site: ServerSite) throws -> ProcessIdentity { try #require(engine.server(site).runningProcess()) }

    private func tearDown(_ root: String) async throws {
        for id in FileSystem.names(in: "\(directory)/instances") { try await engine.stop(site(id), grace: .seconds(5)) }
        #expect(PostgreSQLServer.holders.find(under: root) == [], "a process was left behind")
        try host.removeOutsideTraces()
        try TreeRemoval.remove(root)
    }
}

extension ServerSettings {
    /// As convergence makes them for the default group of PostgreSQL 15, and what its owner has set.
    static func standard(
        _ instanceClass: DBInstanceClass, port: Int = 5432, insights: Bool = false, _ own: [String: String] = [:]
    ) -> ServerSettings {
        make(
            instanceClass, port, insights, PostgreSQLDefaults.values(major: 15, libraries: ["pg_stat_statements"]), own)
    }

    /// As convergence makes them for a default group of MariaDB.
    static func mariaDB(_ instanceClass: DBInstanceClass, _ own: [String: String] = [:]) -> ServerSettings {
        make(instanceClass, 3306, false, MariaDBDefaults.values, own)
    }

    private static func make(
        _ instanceClass: DBInstanceClass, _ port: Int, _ insights: Bool, _ defaults: [String: String], _ own: [String: String]
    ) -> ServerSettings {
        let variables: [ParameterFormula.Variable: Int] = [
            .instanceClassMemory: instanceClass.memoryBytes, .instanceVCPU: instanceClass.vCPUs, .endPointPort: port,
            .allocatedStorage: 20 << 30,
        ]
        guard let parameters = try? ParameterResolution.resolve(defaults: defaults, values: own, variables) else {
            preconditionFailure("a formula of the default group has no value")
        }
        return ServerSettings(
            instanceClass: instanceClass, port: port, performanceInsights: insights, parameters: parameters)
    }
}

/// What a client sees, through the real psql.
struct PSQL {
    var host: String
    var user = "app"
    var password = EngineFixture.password
    var database = "postgres"

    func run(_ commands: String...) throws -> ClientProcess.Answer { try start(commands).answer() }

    func start(_ commands: String...) throws -> ClientProcess { try start(commands) }

    private func start(_ commands: [String]) throws -> ClientProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
        process.arguments = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"] + commands.flatMap { ["-c", $0] }
        process.environment = [
            "PGHOST": host, "PGPORT": "5432", "PGUSER": user, "PGPASSWORD": password, "PGDATABASE": database,
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
        ]
        return try ClientProcess(process)
    }
}

extension LogDirectory {
    /// The beginnings of all files, one after the other.
    func text() throws -> String {
        try files().map { String(decoding: try read($0, from: 0, count: 1 << 20) ?? [], as: UTF8.self) }.joined()
    }
}
