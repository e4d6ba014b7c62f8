import Foundation
public import Logging
public import Resources

/// PostgreSQL, as it is installed on this host.
public struct PostgreSQLEngine: Engine {
    public let traits = EngineTraits.postgreSQL
    public let versions: [EngineVersion]

    let host: EngineHost
    let installations: [PostgreSQLInstallation]
    let logger: Logger

    /// Looks for installed versions: it runs `postgres --version` of each, and changes nothing.
    public init(host: EngineHost, logger: Logger) {
        self.init(host: host, installations: PostgreSQLInstallation.discover(programPaths: host.programPaths), logger: logger)
    }

    init(host: EngineHost, installations: [PostgreSQLInstallation], logger: Logger) {
        self.host = host
        self.installations = installations
        self.logger = logger
        versions = installations.map(\.version)
    }

    func server(_ site: ServerSite) -> PostgreSQLServer {
        PostgreSQLServer(host: host, directory: host.instanceDirectory(site.id))
    }

    public func socketPath(of site: ServerSite) -> String { server(site).socket }

    public func facts(of site: ServerSite) async -> ServerFacts {
        let server = server(site)
        var facts = ServerFacts(
            dataDirectory: server.dataDirectory(), configuration: server.configuration(), server: .absent)
        let process = server.runningProcess()
        facts.group = host.groupSight(of: site, process)
        guard let process else { return facts }
        server.log.limit { logger.warning("cannot shorten a log", metadata: ["site": "\(site.id)", "reason": "\($0)"]) }
        do {
            let answers = try await AdministratorPatience.twice {
                try await AdminConnections.shared.use(server) { try PostgreSQLFacts.ask($0, $1) }
            }
            facts.server = .answering(process, answers)
        } catch {
            logger.debug("server is mute", metadata: ["site": "\(site.id)", "reason": "\(error)"])
            facts.server = process.isRunning ? .mute(process) : .absent
        }
        return facts
    }

    public func configure(_ site: ServerSite, settings: ServerSettings) async throws {
        let server = server(site)
        guard case .ready = server.dataDirectory() else {
            throw EngineError.damaged(what: "\(server.data) is not a complete data directory")
        }
        try await BlockingPool.shared.run { try write(configuration(site, settings), for: server) }
    }

    private func write(_ wanted: PostgreSQLConfiguration, for server: PostgreSQLServer) throws {
        // The settings come last, because they carry the fingerprint of all; the map before the rules that refer to it.
        for (path, text) in [
            (server.userMapFile, wanted.userMap), (server.accessFile, wanted.accessRules), (server.settingsFile, wanted.settings),
        ] where FileSystem.read(path) != text {
            // A cluster that is still to be written out takes these files with it.
            let durably = !FileSystem.exists(server.unwrittenMark)
            try FileSystem.replace(path, with: text, mode: 0o600, owner: host.user, durably: durably)
        }
    }

    public func fingerprint(_ site: ServerSite, settings: ServerSettings) -> String {
        configuration(site, settings).fingerprint
    }

    public func bootstrap(_ site: ServerSite, _ bootstrap: Bootstrap) async throws {
        let server = server(site)
        let steps = try PostgreSQLBootstrap(bootstrap, major: Int(installation(of: site)?.version.major ?? "") ?? 0)
        let isPrepared = try await AdminConnections.shared.use(server, patience: Self.sqlPatience) { connection, deadline in
            try connection.run("SELECT to_regclass('martlet.facts') IS NOT NULL", deadline: deadline).first?.first == "t"
        }
        // Beside the preparation, and over before anything says that the cluster is complete.
        async let written: Void = writeOut(server, site)
        if !isPrepared {
            try await BlockingPool.shared.run {
                try PostgreSQLPreparation.perform(on: server, deadline: .now + Self.sqlPatience)
            }
            AdminConnections.shared.drop(server)
        }
        try await written
        try await AdminConnections.shared.use(server, patience: Self.sqlPatience) { connection, deadline in
            if try PostgreSQLFacts.ask(connection, deadline).bootstrapped { return }
            try steps.perform(connection, deadline: deadline)
        }
    }

    /// Has a cluster that was made while its owner waits on the disk.
    private func writeOut(_ server: PostgreSQLServer, _ site: ServerSite) async throws {
        guard FileSystem.exists(server.unwrittenMark) else { return }
        let tree = try await preparedTree(of: site)
        try await PostgreSQLClusterMaker(host: host, tree: tree).synchronise(server, warm: false)
        unlink(server.unwrittenMark)
    }

    public func applyMasterPassword(_ site: ServerSite, _ master: DBInstance.MasterUser) async throws {
        let statements = try PostgreSQLBootstrap.passwordStatements(master)
        try await AdminConnections.shared.use(server(site), patience: Self.sqlPatience) { connection, deadline in
            // Applied before: since then users may have changed it by SQL, and theirs counts.
            if try PostgreSQLFacts.ask(connection, deadline).masterGeneration == master.generation { return }
            try connection.run(statements, deadline: deadline)
        }
    }

    public func reload(_ site: ServerSite) async throws { try await server(site).reload() }

    public func processEnd(of site: ServerSite) async {
        guard let process = server(site).runningProcess() else { return }
        await ProcessWatcher.shared.endOrPoll(process, logger)
    }

    /// How long statements that create something may take.
    static let sqlPatience = Duration.seconds(60)
}
