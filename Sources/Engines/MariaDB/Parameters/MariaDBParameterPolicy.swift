/// Which variables of MariaDB a parameter group may say something about.
enum MariaDBParameterPolicy {
    /// Texts are paths, programs and addresses, but for these.
    private static let openTexts: Set<String> = [
        "default_storage_engine", "ft_boolean_syntax", "init_connect", "innodb_ft_server_stopword_table", "time_zone",
    ]

    /// Variables that an option file may set although the server does not say so.
    private static let options: Set<String> = [
        "autocommit", "character_set_filesystem", "character_set_server", "collation_server", "default_storage_engine",
        "lc_time_names", "time_zone", "tx_isolation",
    ]

    /// Variables that option files know by other names.
    private static let otherNames = ["time_zone": "default_time_zone", "tx_isolation": "transaction_isolation"]
    private static let variables = Dictionary(uniqueKeysWithValues: otherNames.map { ($0.value, $0.key) })

    static func optionName(_ variable: String) -> String { otherNames[variable] ?? variable }
    static func variableName(_ option: String) -> String { variables[option] ?? option }

    /// Closed: what Martlet sees to itself, paths, what would trade the data away or belongs to replication, which has no
    /// effect yet.
    private static let closed: Set<String> = [
        "allow_suspicious_udfs", "aria_block_size", "back_log", "core_file", "datadir", "disconnect_on_expired_password",
        "extra_max_connections",
        "extra_port", "flush", "gtid_domain_id", "ignore_builtin_innodb", "init_file", "innodb_checksum_algorithm",
        "innodb_doublewrite", "innodb_fast_shutdown", "innodb_flush_method", "innodb_force_recovery", "innodb_numa_interleave",
        "innodb_page_size", "innodb_read_only", "innodb_read_only_compressed", "innodb_use_atomic_writes", "large_pages",
        "lc_messages", "log_bin", "log_error", "log_disabled_statements", "log_slave_updates", "log_slow_slave_statements",
        "log_tc_size", "lower_case_table_names", "max_relay_log_size", "max_session_mem_used", "myisam_block_size",
        "old_passwords", "open_files_limit", "performance_schema", "plugin_dir", "plugin_maturity", "port", "read_only",
        "secure_auth", "server_id", "socket", "strict_password_validation", "symbolic_links",
        "sync_frm", "thread_handling", "tmpdir", "tls_version",
    ]
    private static let closedBeginnings = [
        "aria_encrypt", "aria_log_", "debug", "encrypt_", "gtid_", "have_", "innodb_buffer_pool_dump_now",
        "innodb_buffer_pool_filename", "innodb_buffer_pool_load_", "innodb_data_", "innodb_default_encryption", "innodb_encrypt",
        "innodb_log_", "innodb_monitor_", "innodb_temp_", "innodb_undo_", "master_", "performance_schema_", "plugin",
        "pseudo_", "relay_", "replicate_", "report_", "rpl_", "secure_", "server_audit_", "skip_", "slave_", "ssl_",
        "sync_master", "sync_relay", "tcp_", "thread_pool_", "version", "wsrep_",
    ]

    /// Never a group's to say: the gateway and the option group have their own ways.
    static func mayBeWritten(_ name: String) -> Bool {
        !name.isEmpty && name != "require_secure_transport" && !closed.contains(name)
            && !closedBeginnings.contains { name.hasPrefix($0) } && !MariaDBConfiguration.isFixed(name)
            && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    static func isOption(_ name: String, argument: String?) -> Bool { argument != nil || options.contains(name) }

    static func isModifiable(_ name: String, type: String, comment: String) -> Bool {
        if name == "require_secure_transport" { return true }
        guard mayBeWritten(name), type != "VARCHAR" || openTexts.contains(name) else { return false }
        return !["no effect", "Unused", "(ignored)"].contains { comment.contains($0) }
    }
}
