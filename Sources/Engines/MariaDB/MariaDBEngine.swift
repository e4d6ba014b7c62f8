import Crypto
import Foundation
import Logging
public import Resources

/// MariaDB, as it is installed on this host; under RDS's name `mariadb`, or in place of MySQL under `mysql`.
public struct MariaDBEngine: Engine {
    public let traits: EngineTraits
    public let versions: [EngineVersion]

    let host: EngineHost
    let installations: [MariaDBInstallation]
    let logger: Logger

    init(host: EngineHost, traits: EngineTraits, installations: [MariaDBInstallation], logger: Logger) {
        self.host = host
        self.traits = traits
        self.installations = installations
        self.logger = logger
        versions = installations.map { traits.version($0.version.version) }
    }

    public var wire: EngineWire { .mysql }
    public var administrator: String { MariaDBAdministrator.name }
    public var believesGateway: Bool { true }

    public func passwordVerifier(_ password: String) throws -> String {
        guard password.utf8.allSatisfy({ (0x20...0x7e).contains($0) }), !password.isEmpty else {
            throw EngineError.system(what: "hash the password", reason: "it is not printable ASCII")
        }
        return NativePasswordHash(password: password).description
    }

    func server(_ site: ServerSite) -> MariaDBServer {
        MariaDBServer(host: host, directory: host.instanceDirectory(site.id))
    }

    public func socketPath(of site: ServerSite) -> String { server(site).socket }

    public func tokenWordFile(of site: ServerSite) -> String? {
        let file = server(site).wordFile
        return FileSystem.exists(file) ? file : nil
    }

    public func facts(of site: ServerSite) async -> ServerFacts {
        let server = server(site)
        let onDisk = server.configuration()
        var facts = ServerFacts(dataDirectory: server.dataDirectory(), configuration: onDisk?.all, server: .absent)
        let process = server.runningProcess()
        facts.group = host.groupSight(of: site, process)
        guard let process else { return facts }
        do {
            let answers = try await AdministratorPatience.twice {
                try await MariaDBConnections.shared.use(server) { try MariaDBFacts.ask($0, fixed: onDisk?.fixed, $1) }
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
        let text = configuration(site, settings).settings
        try await BlockingPool.shared.run {
            try server.prepareWord()
            guard FileSystem.read(server.settingsFile) != text else { return }
            // A data directory that is still to be written out takes the file with it.
            let durably = !FileSystem.exists(server.unwrittenMark)
            try FileSystem.replace(server.settingsFile, with: text, mode: 0o600, owner: host.user, durably: durably)
        }
    }

    public func fingerprint(_ site: ServerSite, settings: ServerSettings) -> String {
        configuration(site, settings).fingerprints.all
    }

    func configuration(_ site: ServerSite, _ settings: ServerSettings) -> MariaDBConfiguration {
        let digest = SHA256.hash(data: Data(site.id.utf8)).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let directory = installation(of: site).map { self.plugins(of: $0, in: host.enginesPlace).directory } ?? ""
        return MariaDBConfiguration(
            settings,
            site: .init(
                serverID: max(digest, 1), plugins: directory, staticVariables: staticVariables(site.version),
                takesTokens: MariaDBTokenPlugin.source != nil))
    }

    public func bootstrap(_ site: ServerSite, _ bootstrap: Bootstrap) async throws {
        let server = server(site)
        let steps = try MariaDBBootstrap(bootstrap)
        try await writeOut(server, site)
        try await MariaDBConnections.shared.use(server, patience: Self.sqlPatience) { connection, deadline in
            if try MariaDBFacts.ask(connection, fixed: nil, deadline).bootstrapped { return }
            try steps.perform(connection, deadline: deadline)
        }
    }

    /// Has a data directory that was made while its owner waits on the disk.
    private func writeOut(_ server: MariaDBServer, _ site: ServerSite) async throws {
        guard FileSystem.exists(server.unwrittenMark) else { return }
        let installation = try requiredInstallation(of: site)
        try await MariaDBClusterMaker(host: host, installation: installation).synchronise(server)
        unlink(server.unwrittenMark)
    }

    public func applyMasterPassword(_ site: ServerSite, _ master: DBInstance.MasterUser) async throws {
        let steps = try MariaDBBootstrap(Bootstrap(master: master, databaseName: nil))
        try await MariaDBConnections.shared.use(server(site), patience: Self.sqlPatience) { connection, deadline in
            // Applied before: since then users may have changed it by SQL, and theirs counts.
            if try MariaDBFacts.ask(connection, fixed: nil, deadline).masterGeneration == master.generation { return }
            try steps.changePassword(connection, deadline: deadline)
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
