import Resources

extension MariaDBConfiguration {
    /// RDS's option MARIADB_AUDIT_PLUGIN: the plugin is loaded at the start, and writes `log/audit/server_audit.log`.
    static let auditOption = "MARIADB_AUDIT_PLUGIN"
    /// Beside the data, where the server's own user may write: `mysql.rds_*` and log operations find it there.
    static let auditFile = "server_audit.log"

    /// Options of the plugin carry `loose_`: a server that could not load it starts all the same, and says so in its log.
    static func audit(_ wanted: ServerSettings) -> [Setting] {
        guard let given = wanted.options[auditOption] else { return [] }
        let names = given.filter { $0.key.hasPrefix("SERVER_AUDIT_") }.sorted { $0.key < $1.key }
        let settings = names.map { Setting(name: "loose_\($0.key.lowercased())", value: $0.value, isDynamic: false) }
        return [
            Setting(name: "plugin_load_add", value: "server_audit", isDynamic: false),
            Setting(name: "loose_server_audit", value: "FORCE_PLUS_PERMANENT", isDynamic: false),
            Setting(name: "loose_server_audit_output_type", value: "file", isDynamic: false),
            Setting(name: "loose_server_audit_file_path", value: auditFile, isDynamic: false),
        ] + settings
    }
}
