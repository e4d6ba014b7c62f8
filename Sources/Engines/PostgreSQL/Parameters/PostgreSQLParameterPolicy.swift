internal import Foundation

/// Which settings of PostgreSQL a parameter group may say something about. What is not listed is Martlet's: a setting that a
/// later version brings along is closed until somebody has looked at it.
enum PostgreSQLParameterPolicy {
    /// Categories of `pg_settings`, whole or by their beginning.
    private static let openCategories = [
        "Autovacuum", "Client Connection Defaults / Locale and Formatting", "Client Connection Defaults / Other Defaults",
        "Client Connection Defaults / Statement Behavior", "Lock Management", "Query Tuning /",
        "Reporting and Logging / What to Log",
        "Reporting and Logging / When to Log", "Resource Usage /", "Statistics /", "Vacuuming",
        "Version and Platform Compatibility /", "Write-Ahead Log / Checkpoints", "Write-Ahead Log / Settings",
    ]

    /// Settings of categories that are closed otherwise.
    private static let open: Set<String> = [
        "authentication_timeout", "client_connection_check_interval", "max_connections", "shared_preload_libraries",
        "track_commit_timestamp",
    ]

    /// Closed, whatever their category: paths and programs, what the control plane itself relies on, and what would trade
    /// the data away.
    private static let closed: Set<String> = [
        "allow_system_table_mods", "config_file", "data_directory", "dynamic_library_path", "dynamic_shared_memory_type",
        "extension_control_path", "extension_destdir", "external_pid_file", "fsync", "full_page_writes", "hba_file",
        "ident_file", "io_method", "jit_provider", "lc_messages", "local_preload_libraries", "log_directory", "log_filename",
        "log_line_prefix", "log_timezone", "promote_trigger_file", "session_preload_libraries", "shared_memory_type",
        "stats_temp_directory", "superuser_reserved_connections", "timezone_abbreviations", "wal_level", "wal_log_hints",
        "wal_sync_method", "zero_damaged_pages",
    ]

    /// Shown by `pg_settings`, but not settings of a server.
    private static let transactional: Set<String> = [
        "transaction_deferrable", "transaction_isolation", "transaction_read_only",
    ]

    /// What may be loaded, where it is installed. None of them runs programs or opens connections of its own.
    static let libraries: Set<String> = ["auto_explain", "pg_prewarm", "pg_stat_statements"]

    /// Settings that exist once their library is loaded.
    private static func isOfLibrary(_ name: String) -> Bool {
        libraries.contains { name.hasPrefix("\($0).") }
    }

    static func isSetting(_ name: String, context: String) -> Bool { context != "internal" && !transactional.contains(name) }

    static func isModifiable(_ name: String, category: String) -> Bool {
        if closed.contains(name) { return false }
        if open.contains(name) || isOfLibrary(name) { return true }
        return openCategories.contains {
            $0.hasSuffix("/") ? category.hasPrefix($0) : category == $0 || category.hasPrefix("\($0) /")
        }
    }

    /// False for a name that must not get into a configuration file, whoever asked for it.
    static func mayBeWritten(_ name: String) -> Bool {
        !name.isEmpty && !closed.contains(name) && !PostgreSQLConfiguration.isFixed(name)
            && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f || $0 == 0x2e }
            && !closedBeginnings.contains { name.hasPrefix($0) }
    }

    private static let closedBeginnings = [
        "archive_", "krb_", "martlet.", "primary_", "rds.", "recovery_", "restore_", "ssl", "syslog_", "unix_socket_",
    ]

    /// The libraries of a list that may be loaded, in its order.
    static func loadable(_ list: String, installed: Set<String>) -> [String] {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { libraries.contains($0) && installed.contains($0) }
    }
}
