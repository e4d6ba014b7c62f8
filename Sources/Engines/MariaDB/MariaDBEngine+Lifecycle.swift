public import Cgroups
import Foundation
import Resources
import Volumes

extension MariaDBEngine {
    public func provision(_ site: ServerSite, on volume: InstanceVolume?) async throws {
        try await host.provision(server(site), from: pool(try requiredInstallation(of: site)), on: volume)
    }

    public func start(_ site: ServerSite, limits: ServerLimits, timeout: Duration) async throws {
        let server = server(site)
        let installation = try requiredInstallation(of: site)
        try server.check(for: installation.version)
        if server.runningProcess() == nil { try checkMemory(server, limits) }
        try await BlockingPool.shared.run { try plugins(of: installation, in: try host.enginesDirectory()).prepare() }
        try await server.start(installation, admission: host.admission(of: site, limits, logger), timeout: timeout)
    }

    public func limit(_ site: ServerSite, to limits: ServerLimits) async throws {
        try await host.limit(site, server(site).runningProcess(), to: limits)
    }

    public func removeGroup(of site: ServerSite) async throws { try await host.removeGroup(of: site) }

    public func memoryKills(of site: ServerSite) -> Int { host.groups?.group(of: site.id).memoryKills() ?? 0 }

    public func stop(_ site: ServerSite, grace: Duration) async throws {
        try await server(site).stop(grace: grace)
        await host.dropGroup(of: site, logger)
    }

    public func remove(_ site: ServerSite) async throws {
        let server = server(site)
        try await host.remove(server, of: site) { MariaDBConnections.shared.drop(server) }
    }

    public func fillWarmPool(target: Int, inImages: Bool) async throws {
        let trash = Trash(host: host)
        try await BlockingPool.shared.run { try trash.empty() }
        try await Self.filling.run {
            try WarmPool.removeForgotten(poolName, keeping: installations.map(\.version.version), host: host)
            for installation in installations { try await pool(installation).fill(target: target, inImages: inImages) }
        }
    }

    /// One filler at a time: two would each make what both see missing. Shared, as the pool is, by `mariadb` and `mysql`.
    private static let filling = AsyncSemaphore(1)

    /// What runs is the same, whatever name it was asked for by.
    var poolName: String { "mariadb" }

    func pool(_ installation: MariaDBInstallation) -> WarmPool {
        WarmPool(
            host: host, name: poolName, version: installation.version.version, holders: MariaDBServer.holders
        ) { directory, warm in
            try await MariaDBClusterMaker(host: host, installation: installation).make(directory, warm: warm)
        }
    }

    func installation(of site: ServerSite) -> MariaDBInstallation? {
        installations.first { $0.version.version == site.version }
    }

    func requiredInstallation(of site: ServerSite) throws -> MariaDBInstallation {
        guard let installation = installation(of: site) else {
            throw EngineError.notInstalled(engine: traits.description, version: site.version)
        }
        return installation
    }

    func plugins(of installation: MariaDBInstallation, in engines: String) -> MariaDBPlugins {
        MariaDBPlugins(installation: installation, root: "\(engines)/mariadb-\(installation.version.version)")
    }

    private func checkMemory(_ server: MariaDBServer, _ limits: ServerLimits) throws {
        guard let settings = FileSystem.read(server.settingsFile),
            let pool = MariaDBConfiguration.dynamicSettings(in: settings)
                .first(where: { $0.name == MariaDBConfiguration.bufferPoolSetting }),
            let bytes = Int(pool.value)
        else { return }
        try host.checkMemory(bytes, limits, setting: MariaDBConfiguration.bufferPoolSetting)
    }
}
