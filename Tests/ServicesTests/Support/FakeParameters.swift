import Resources

/// A few parameters of each kind.
enum FakeParameters {
    static let defaults = [
        "max_connections": "LEAST({DBInstanceClassMemory/9531392},5000)", "shared_buffers": "{DBInstanceClassMemory/32768}",
        "rds.force_ssl": "1",
    ]

    static let option = OptionDefinition(
        name: "AUDIT", description: "Says who did what",
        settings: [
            .init(name: "EVENTS", description: "Which", defaultValue: "CONNECT", allowed: .list(["CONNECT", "QUERY"])),
            .init(name: "FILES", description: "How many", defaultValue: "9", allowed: .integer(0...100)),
            .init(name: "USERS", description: "Whose", defaultValue: nil, allowed: .names),
            .init(name: "LOGGING", description: "On", defaultValue: "ON", allowed: .one(["ON", "OFF"])),
            .init(name: "FIXED", description: "Always", defaultValue: "SO", allowed: .one(["SO"]), isModifiable: false),
        ])

    static let catalogue = ParameterCatalogue([
        ParameterDefinition(
            name: "archive_command", description: "Archives.", dataType: .string, isDynamic: true, isModifiable: false,
            systemValue: "/bin/true"),
        ParameterDefinition(
            name: "autovacuum", description: "Starts the autovacuum subprocess.", dataType: .boolean, isDynamic: true,
            isModifiable: true),
        ParameterDefinition(
            name: "autovacuum_vacuum_cost_delay", description: "Delay.", dataType: .float, minimum: "-1", maximum: "100",
            unit: "ms", isDynamic: true, isModifiable: true),
        ParameterDefinition(
            name: "log_statement", description: "Statements logged.", dataType: .string, options: ["none", "ddl", "mod", "all"],
            isDynamic: true, isModifiable: true),
        ParameterDefinition(
            name: "max_connections", description: "Connections.", dataType: .integer, minimum: "1", maximum: "262143",
            isDynamic: false, isModifiable: true, systemValue: defaults["max_connections"]),
        ParameterDefinition(
            name: "rds.force_ssl", description: "Forces TLS.", dataType: .boolean, isDynamic: true, isModifiable: true,
            systemValue: "1"),
        ParameterDefinition(
            name: "search_path", description: "Schemas.", dataType: .string, isDynamic: true, isModifiable: true),
        ParameterDefinition(
            name: "shared_buffers", description: "Buffers.", dataType: .integer, minimum: "16", maximum: "1073741823",
            unit: "8kB", isDynamic: false, isModifiable: true, systemValue: defaults["shared_buffers"]),
        ParameterDefinition(
            name: "shared_preload_libraries", description: "Libraries.", dataType: .list,
            options: ["auto_explain", "pg_stat_statements"], isDynamic: false, isModifiable: true),
        ParameterDefinition(
            name: "work_mem", description: "Memory.", dataType: .integer, minimum: "64", maximum: "2147483647", unit: "kB",
            isDynamic: true, isModifiable: true),
    ])
}
