internal import Cgroups
internal import Convergence
internal import Engines
internal import Foundation
internal import Logging
internal import Resources
internal import Routing
internal import Volumes

/// An installation without its control plane: for `down`, and for `status` while `serve` is not running.
struct OfflineInstallation {
    let directory: DataDirectory
    let installation: Installation
    let store: Store
    let engines: EngineRegistry
    let gateway: GatewayControlClient
    let naming: EndpointNaming
    let logger: Logger
    private let lock: ServeLock

    /// Takes the control plane's place for as long as the value lives, so that none starts meanwhile.
    ///
    /// - Parameter isBrief: one that is started meanwhile waits, instead of being refused.
    init(_ directory: DataDirectory, isBrief: Bool = false) throws {
        try directory.checkFormat()
        logger = Logger(label: "martlet") { LineLogHandler(label: $0, format: .text, logLevel: .warning) }
        lock = try ServeLock(directory, isBrief: isBrief)
        guard let installation = try Installation.load(from: directory) else {
            throw InstallationError("\(directory.installationFile) is missing: this data directory was never started")
        }
        self.directory = directory
        self.installation = installation
        store = try Store(directory: directory.store, logger: logger)
        var host = try EngineHost.detected(directory: directory.path)
        host.groups = .detected(installation: installation.id)
        engines = EngineRegistry(host: host, logger: logger)
        gateway = GatewayControlClient(directory: directory.path)
        naming = EndpointNames.naming(installation, useHostsFile: true)
    }

    func status() async -> StatusReport {
        let reporter = StatusReporter(
            directory: directory, installation: installation, naming: naming, store: store, engines: engines, gateway: gateway,
            volumes: nil)
        let listening = await Set(gateway.reportIfRunning()?.listeners.filter(\.listening).map(\.id) ?? [])
        return await reporter.report(controlPlane: nil) { instance in
            guard let engine = engines.engine(named: instance.spec.engine) else { return nil }
            let facts = await engine.facts(of: ServerSite(id: instance.id, version: instance.spec.engineVersion))
            return DBInstanceObservation(facts: facts, endpointOpen: listening.contains(instance.id))
        }
    }

    /// Stops every server under the data directory, those of instances that the store does not know included.
    func stopServers(grace: Duration, say: @Sendable (String) -> Void) async throws {
        let known = store.list(DBInstance.self)
        let sites = known.compactMap { instance in
            engines.engine(named: instance.spec.engine).map {
                ($0, ServerSite(id: instance.id, version: instance.spec.engineVersion), instance.identifier)
            }
        }
        var running: [(any Engine, ServerSite, String)] = []
        for (engine, site, name) in sites + (try strays(known)) where await engine.facts(of: site).server != .absent {
            running.append((engine, site, name))
        }
        if !running.isEmpty { say("Stopping \(running.count) database server\(running.count == 1 ? "" : "s").") }
        try await withThrowingTaskGroup { group in
            for (engine, site, name) in running {
                group.addTask {
                    do {
                        try await engine.stop(site, grace: grace)
                    } catch {
                        throw InstallationError("the server of \(name) could not be stopped: \(error)")
                    }
                }
            }
            try await group.waitForAll()
        }
        try await engines.endPoolWork()
    }

    /// Unmounts every volume. Nothing works in them any more.
    func unmountVolumes(say: @Sendable (String) -> Void) throws {
        for path in try engines.host.volumes.unmountAll() {
            say("\(path) is in use by a program that is not Martlet's; it is unmounted when that ends.")
        }
    }

    private func strays(_ known: [DBInstance]) throws -> [(any Engine, ServerSite, String)] {
        let instances = directory.path + "/instances"
        // There is none before the first instance. One that cannot be read may hide a server that goes on running.
        guard FileManager.default.fileExists(atPath: instances) else { return [] }
        let strange = Set(try FileManager.default.contentsOfDirectory(atPath: instances)).subtracting(known.map(\.id))
        return strange.flatMap { name in
            engines.all.compactMap { engine in
                engine.versions.last.map { (engine, ServerSite(id: name, version: $0.version), name) }
            }
        }
    }

    func stopGateway(say: @Sendable (String) -> Void) async throws {
        guard let report = await gateway.reportIfRunning() else { return }
        say("Stopping the gateway (process \(report.processID)).")
        _ = try await gateway.call(.stop)
        await ServerProcesses.end(of: report.processID)
    }

    /// Removes what lies outside the data directory.
    func clearTraces() async throws {
        try await HostsFile(owner: installation.id, naming: naming, store: store, logger: logger).clear()
        do { try engines.host.groups?.removeAll() } catch { throw InstallationError("\(error)") }
        try engines.host.removeOutsideTraces()
    }
}
