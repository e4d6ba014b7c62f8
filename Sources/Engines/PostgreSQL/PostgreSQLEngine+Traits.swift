public import Resources

extension EngineTraits {
    /// PostgreSQL on RDS: limits of `CreateDBInstance`'s reference for this engine.
    public static let postgreSQL = EngineTraits(
        name: "postgres", description: "PostgreSQL", defaultPort: 5432, licenseModel: "postgresql-license",
        masterPasswordLength: 8...128, masterUsernameLength: 1...16,
        reservedUsernames: PostgreSQLWords.reserved.union(PostgreSQLWords.usernames), reservedUsernamePrefixes: ["pg_"],
        databaseNameLength: 1...63,
        reservedDatabaseNames: PostgreSQLWords.reserved.union(["rdsadmin", "template0", "template1"]),
        initialDatabase: "postgres", secureTransportParameter: "rds.force_ssl",
        memoryParameters: ["huge_pages", "max_connections", "max_locks_per_transaction", "shared_buffers", "wal_buffers"],
        logTypes: ["postgresql", "upgrade"])
}

enum PostgreSQLWords {
    /// The reserved key words (PostgreSQL documentation, appendix C: reserved, and reserved but usable as function or type).
    static let reserved: Set<String> = Set(
        """
        all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation \
        column concurrently constraint create cross current_catalog current_date current_role current_schema current_time \
        current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze \
        from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit \
        localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references \
        returning right select session_user similar some symmetric system_user table tablesample then to trailing true union \
        unique user using variadic verbose when where window with
        """.split(separator: " ").map(String.init))

    /// Roles that exist already, and names that the server refuses or RDS keeps.
    static let usernames: Set<String> = [
        "admin", "none", "public", "rds_ad", "rds_iam", "rds_password", "rds_replication", "rds_superuser", "rdsadmin",
        "rdsproxyadmin", "rdsrepladmin", "rdstopmgr", "pg_checkpoint", "pg_database_owner", "pg_execute_server_program",
        "pg_monitor", "pg_read_all_data", "pg_read_all_settings", "pg_read_all_stats", "pg_read_server_files",
        "pg_signal_backend", "pg_stat_scan_tables", "pg_write_all_data", "pg_write_server_files",
    ]
}
