/// What RDS's default parameter groups for MariaDB and MySQL set. `DBInstanceClassMemory` is in bytes; here it is all that
/// the class names.
enum MariaDBDefaults {
    static let values = [
        "binlog_format": "MIXED",
        "character_set_server": "utf8mb4",
        "innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}",
        "innodb_flush_log_at_trx_commit": "1",
        "local_infile": "1",
        "log_output": "TABLE",
        "max_binlog_size": "134217728",
        "max_connections": "LEAST({DBInstanceClassMemory/12582880},16000)",
        "require_secure_transport": "0",
        "sync_binlog": "1",
        "time_zone": "+00:00",
    ]
}
