public import Cgroups
import Foundation
import Resources
import Synchronization
import Volumes

extension PostgreSQLEngine {
    public func provision(_ site: ServerSite, on volume: InstanceVolume?) async throws {
        try await host.provision(server(site), from: pool(try requiredInstallation(of: site)), on: volume)
    }

    public func start(_ site: ServerSite, limits: ServerLimits, timeout: Duration) async throws {
        let server = server(site)
        let installation = try requiredInstallation(of: site)
        try server.check(for: installation.version)
        if server.runningProcess() == nil { try checkMemory(server, limits) }
        try await server.start(
            try await preparedTree(of: site), admission: host.admission(of: site, limits, logger), timeout: timeout)
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
        try await host.remove(server, of: site) { AdminConnections.shared.drop(server) }
    }

    public func fillWarmPool(target: Int, inImages: Bool) async throws {
        let trash = Trash(host: host)
        try await BlockingPool.shared.run { try trash.empty() }
        try await Self.filling.run {
            try WarmPool.removeForgotten(traits.name, keeping: versions.map(\.version), host: host)
            for installation in installations { try await pool(installation).fill(target: target, inImages: inImages) }
        }
    }

    /// The private tree of the programs that run this server.
    func preparedTree(of site: ServerSite) async throws -> PostgreSQLTree {
        let installation = try requiredInstallation(of: site)
        return try await BlockingPool.shared.run { try preparedTree(installation) }
    }

    private static let treeLock = Mutex(())

    /// One filler at a time: two would each make what both see missing.
    private static let filling = AsyncSemaphore(1)

    func installation(of site: ServerSite) -> PostgreSQLInstallation? {
        installations.first { $0.version.version == site.version }
    }

    private func requiredInstallation(of site: ServerSite) throws -> PostgreSQLInstallation {
        guard let installation = installation(of: site) else {
            throw EngineError.notInstalled(engine: traits.description, version: site.version)
        }
        return installation
    }

    func pool(_ installation: PostgreSQLInstallation) -> WarmPool {
        WarmPool(
            host: host, name: traits.name, version: installation.version.version, holders: PostgreSQLServer.holders
        ) { directory, warm in
            let tree = try await BlockingPool.shared.run { try preparedTree(installation) }
            try await PostgreSQLClusterMaker(host: host, tree: tree).make(directory, warm: warm)
        }
    }

    /// The private copy of an installation, made or renewed where needed.
    func preparedTree(_ installation: PostgreSQLInstallation) throws -> PostgreSQLTree {
        try Self.treeLock.withLock { _ in
            let root = "\(try host.enginesDirectory())/\(traits.name)-\(installation.version.version)"
            let tree = PostgreSQLTree(installation: installation, root: root)
            try tree.prepare()
            return tree
        }
    }

    /// What the host adds to the settings.
    func configuration(_ site: ServerSite, _ settings: ServerSettings) -> PostgreSQLConfiguration {
        let installation = installation(of: site)
        let sharedMemory = FileSystem.isDirectory("/dev/shm") ? "posix" : "sysv"
        return PostgreSQLConfiguration(
            settings,
            host: .init(
                extensions: installation?.extensions ?? [], sharedMemory: sharedMemory,
                major: EngineVersion.numbers(site.version).first ?? 0, gatewayUser: Self.ownUserName,
                libraries: installation?.libraries ?? []))
    }

    /// The gateway runs as who we are.
    private static let ownUserName: String = {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        // Peer authentication compares names, and refuses a user that has none.
        guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return ""
        }
        return String(cString: name)
    }()

    private func checkMemory(_ server: PostgreSQLServer, _ limits: ServerLimits) throws {
        guard let settings = FileSystem.read(server.settingsFile),
            let pages = PostgreSQLConfiguration.value(of: "shared_buffers", in: settings).flatMap({ Int($0) })
        else { return }
        let bytes = pages.multipliedReportingOverflow(by: PostgreSQLDefaults.pageBytes)
        try host.checkMemory(bytes.overflow ? .max : bytes.partialValue, limits, setting: "shared_buffers")
    }
}
