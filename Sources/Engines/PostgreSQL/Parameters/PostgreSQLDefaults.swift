/// What RDS's default parameter groups for PostgreSQL set ("Working with parameters on your RDS for PostgreSQL DB instance").
/// `DBInstanceClassMemory` is in bytes; here it is all that the class names.
enum PostgreSQLDefaults {
    static let pageBytes = 8192

    /// - Parameter libraries: those that can be loaded here.
    static func values(major: Int, libraries: Set<String>) -> [String: String] {
        var values = always
        // On from 15 on (user guide, "Using SSL with a PostgreSQL DB instance").
        values["rds.force_ssl"] = major >= 15 ? "1" : "0"
        if libraries.contains(statements) { values["shared_preload_libraries"] = statements }
        return values
    }

    /// What Performance Insights reads.
    static let statements = "pg_stat_statements"

    private static let always = [
        "autovacuum_max_workers": "GREATEST({DBInstanceClassMemory/64371566592},3)",
        "autovacuum_vacuum_cost_limit": "GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)",
        "autovacuum_work_mem": "GREATEST({DBInstanceClassMemory/32768},131072)",
        "checkpoint_completion_target": "0.9",
        "datestyle": "iso, mdy",
        "effective_cache_size": "{DBInstanceClassMemory/16384}",
        "huge_pages": "try",
        "maintenance_work_mem": "GREATEST({DBInstanceClassMemory*1024/63963136},65536)",
        "max_connections": "LEAST({DBInstanceClassMemory/9531392},5000)",
        "max_parallel_workers": "GREATEST({DBInstanceVCPU/2},8)",
        // As much log as memory between checkpoints, within what a shared disk bears.
        "max_wal_size": "LEAST(GREATEST({DBInstanceClassMemory/1048576},1024),4096)",
        "max_worker_processes": "GREATEST({DBInstanceVCPU*2},8)",
        PostgreSQLLogs.retentionParameter: "\(PostgreSQLLogs.defaultRetentionMinutes)",
        "shared_buffers": "{DBInstanceClassMemory/32768}",
        "timezone": "UTC",
        "work_mem": "4096",
    ]
}
