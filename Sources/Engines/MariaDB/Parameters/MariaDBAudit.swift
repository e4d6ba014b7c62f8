import Resources

/// RDS's option MARIADB_AUDIT_PLUGIN (user guide, "MariaDB Audit Plugin support"): the plugin is loaded and taken away while
/// the server runs, and writes `audit/server_audit.log` among the logs.
enum MariaDBAudit {
    static let name = "MARIADB_AUDIT_PLUGIN"
    static let file = "../log/\(MariaDBLogs.audit)"
    /// As option files name the plugin to load.
    static let loading = "plugin_load_add"
    private static let plugin = "server_audit"
    private static let prefix = "SERVER_AUDIT_"

    private static let events = ["CONNECT", "QUERY", "TABLE", "QUERY_DDL", "QUERY_DML", "QUERY_DML_NO_SELECT", "QUERY_DCL"]

    static let option = OptionDefinition(
        name: name, description: "MariaDB Audit Plugin",
        settings: [
            .init(
                name: "SERVER_AUDIT", description: "Include specified users in auditing", defaultValue: "FORCE_PLUS_PERMANENT",
                allowed: .one(["FORCE_PLUS_PERMANENT"]), isModifiable: false),
            .init(
                name: "SERVER_AUDIT_EVENTS", description: "Specify the types of events to audit",
                defaultValue: "CONNECT,QUERY", allowed: .list(events)),
            .init(
                name: "SERVER_AUDIT_EXCL_USERS", description: "Exclude specified users in auditing",
                defaultValue: MariaDBAdministrator.name, allowed: .names),
            .init(
                name: "SERVER_AUDIT_FILE_ROTATE_SIZE", description: "Audit log file size threshold before rotation occurs",
                defaultValue: "1000000", allowed: .integer(1...1_000_000_000)),
            .init(
                name: "SERVER_AUDIT_FILE_ROTATIONS", description: "Number of log file rotations before being overwritten",
                defaultValue: "9", allowed: .integer(0...100)),
            .init(
                name: "SERVER_AUDIT_INCL_USERS", description: "Include specified users in auditing", defaultValue: nil,
                allowed: .names),
            .init(
                name: "SERVER_AUDIT_LOGGING", description: "Enables the logging", defaultValue: "ON",
                allowed: .one(["ON", "OFF"])),
            .init(
                name: "SERVER_AUDIT_QUERY_LOG_LIMIT", description: "Limit on the length of the query string in a record",
                defaultValue: "1024", allowed: .integer(0...2_147_483_647)),
        ])

    /// What the option adds to the configuration; nothing without it. `rdsadmin` is in nobody's audit log, since its
    /// statements may hold what belongs in no log.
    static func settings(_ options: [String: [String: String]]) -> [MariaDBConfiguration.Setting] {
        guard let given = options[name] else { return [] }
        var values = Dictionary(
            uniqueKeysWithValues: option.settings.filter(\.isModifiable).compactMap { setting in
                (given[setting.name] ?? setting.defaultValue).map { (setting.name.lowercased(), $0) }
            })
        values["server_audit_excl_users"] = excluded(values["server_audit_excl_users"])
        values["server_audit_output_type"] = "file"
        values["server_audit_file_path"] = file
        // Logging begins once all else is said.
        let logging = values.removeValue(forKey: "server_audit_logging") ?? "ON"
        let ordered = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + [("server_audit_logging", logging)]
        return ([(loading, plugin)] + ordered).map { .init(name: $0.0, value: $0.1, isDynamic: true) }
    }

    private static func excluded(_ names: String?) -> String {
        let given = names?.split(separator: ",").map(String.init) ?? []
        return (given.filter { $0 != MariaDBAdministrator.name } + [MariaDBAdministrator.name]).joined(separator: ",")
    }

    /// Loads the plugin into a running server. The settings file says it for the next start; the server's own list, which
    /// would say it twice, is kept free of it.
    static func load(_ connection: MariaDBConnection, deadline: ContinuousClock.Instant) throws {
        if try isLoaded(connection, deadline) { return }
        try connection.run("INSTALL SONAME '\(plugin)'", deadline: deadline)
        try connection.run("DELETE FROM mysql.plugin WHERE name = 'SERVER_AUDIT'", deadline: deadline)
    }

    /// Takes it away: nothing is written from now on. The plugin itself goes with the last session that it has seen.
    static func unload(_ connection: MariaDBConnection, deadline: ContinuousClock.Instant) throws {
        guard try isLoaded(connection, deadline) else { return }
        try connection.run("SET GLOBAL server_audit_logging = OFF", deadline: deadline)
        try connection.run("UNINSTALL SONAME '\(plugin)'", deadline: deadline)
    }

    private static func isLoaded(_ connection: MariaDBConnection, _ deadline: ContinuousClock.Instant) throws -> Bool {
        let query = "SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'SERVER_AUDIT' AND PLUGIN_STATUS = 'ACTIVE'"
        return try !connection.run(query, deadline: deadline).isEmpty
    }
}
