import Foundation
public import Resources
import Synchronization

extension MariaDBEngine {
    public func defaultParameters(of version: String) -> [String: String] { MariaDBDefaults.values }

    public func parameters(of version: String) async throws -> ParameterCatalogue {
        let installation = try requiredInstallation(of: ServerSite(id: "", version: version))
        let rows = try await CatalogueFiles.shared.rows(
            host, engine: poolName, version: version, format: Self.catalogueFormat
        ) {
            try await askServer(installation)
        }
        let values = MariaDBConfiguration.fixedValues.merging(MariaDBDefaults.values) { $1 }
        return ParameterCatalogue(rows.compactMap(MariaDBVariableRow.init).map { $0.definition(systemValues: values) })
    }

    private static let catalogueFormat = 1

    /// The variables that only a start can change. Whoever has set one has asked for the catalogue before.
    func staticVariables(_ version: String) -> Set<String> {
        let key = "\(host.directory) \(version)"
        if let known = Self.statics.withLock({ $0[key] }) { return known }
        guard
            let rows = CatalogueFiles.shared.kept(host, engine: poolName, version: version, format: Self.catalogueFormat)
        else { return [] }
        let found = Set(rows.compactMap(MariaDBVariableRow.init).filter(\.isStatic).map(\.name))
        Self.statics.withLock { $0[key] = found }
        return found
    }

    private static let statics = Mutex<[String: Set<String>]>([:])

    /// A server of its own, for one question.
    private func askServer(_ installation: MariaDBInstallation) async throws -> CatalogueFiles.Rows {
        let plugins = plugins(of: installation, in: try host.enginesDirectory())
        try await BlockingPool.shared.run { try plugins.prepare() }
        return try await pool(installation).lend { directory in
            let server = MariaDBServer(host: host, directory: directory)
            let settings = MariaDBConfiguration(
                .init(
                    instanceClass: .init(name: "catalogue", vCPUs: 1, memoryMiB: 256), port: traits.defaultPort,
                    performanceInsights: false),
                site: .init(serverID: 1, plugins: plugins.directory))
            try FileSystem.replace(server.settingsFile, with: settings.settings, mode: 0o600, owner: host.user, durably: false)
            do {
                try await server.start(installation, timeout: .seconds(60))
                let rows = try await MariaDBConnections.shared.use(server, patience: Self.sqlPatience) {
                    try $0.run(MariaDBVariableRow.query, deadline: $1)
                }
                try await server.stop(grace: .seconds(10))
                return rows
            } catch {
                try await Task { try await server.stop(grace: .seconds(1)) }.value
                throw error
            }
        }
    }
}
