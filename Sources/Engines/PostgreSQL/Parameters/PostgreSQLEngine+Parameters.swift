import Foundation
public import Resources

extension PostgreSQLEngine {
    public func defaultParameters(of version: String) -> [String: String] {
        PostgreSQLDefaults.values(
            major: EngineVersion.numbers(version).first ?? 0,
            libraries: installations.first { $0.version.version == version }?.libraries ?? [])
    }

    public func parameters(of version: String) async throws -> ParameterCatalogue {
        guard let installation = installations.first(where: { $0.version.version == version }) else {
            throw EngineError.notInstalled(engine: traits.description, version: version)
        }
        let rows = try await CatalogueFiles.shared.rows(host, engine: traits.name, version: version, format: 1) {
            try await askServer(installation)
        }
        let libraries = installation.libraries
        let host = PostgreSQLConfiguration.Host(extensions: installation.extensions, sharedMemory: "posix")
        let values = PostgreSQLConfiguration.fixedValues(host).merging(defaultParameters(of: version)) { $1 }
        let settings = rows.compactMap(PostgreSQLSettingRow.init).filter { $0.name != "rds.extensions" }
        return ParameterCatalogue(
            settings.compactMap { $0.definition(systemValues: values, libraries: libraries) } + Self.ofRDS(values))
    }

    /// Parameters that are not PostgreSQL's own.
    private static func ofRDS(_ values: [String: String]) -> [ParameterDefinition] {
        [
            ParameterDefinition(
                name: "rds.extensions", description: "List of extensions provided by RDS", dataType: .list, isDynamic: false,
                isModifiable: false, systemValue: values["rds.extensions"]),
            ParameterDefinition(
                name: "rds.force_ssl", description: "Force SSL connections.", dataType: .boolean, isDynamic: true,
                isModifiable: true, systemValue: values["rds.force_ssl"]),
            ParameterDefinition(
                name: PostgreSQLLogs.retentionParameter,
                description: "(min) Amazon RDS deletes PostgreSQL log files that are older.", dataType: .integer,
                minimum: "\(PostgreSQLLogs.retentionRangeMinutes.lowerBound)",
                maximum: "\(PostgreSQLLogs.retentionRangeMinutes.upperBound)", isDynamic: true, isModifiable: true,
                systemValue: values[PostgreSQLLogs.retentionParameter]),
        ]
    }

    /// A server of its own, for one question.
    private func askServer(_ installation: PostgreSQLInstallation) async throws -> CatalogueFiles.Rows {
        let tree = try await BlockingPool.shared.run { try preparedTree(installation) }
        let libraries = installation.libraries.sorted().joined(separator: ",")
        return try await pool(installation).lend { directory in
            let server = PostgreSQLServer(host: host, directory: directory)
            do {
                let options = PostgreSQLClusterMaker.quiet + ["shared_preload_libraries=\(libraries)"]
                try await server.start(tree, options: options, niceness: 10, timeout: .seconds(60))
                let rows = try await AdminConnections.shared.use(server, patience: Self.sqlPatience) {
                    try $0.run(PostgreSQLSettingRow.query, deadline: $1)
                }
                try await server.stop(grace: .seconds(5))
                return rows
            } catch {
                try await Task { try await server.stop(grace: .seconds(1)) }.value
                throw error
            }
        }
    }
}

extension PostgreSQLInstallation {
    /// What may be loaded and is there.
    var libraries: Set<String> {
        PostgreSQLParameterPolicy.libraries.filter { FileSystem.exists("\(library)/\($0).so") }
    }

    /// What can be created.
    var extensions: [String] { PostgreSQLExtensions.present(among: FileSystem.names(in: "\(share)/extension")) }
}
