/// RDS's procedures for what needs more rights than the master user has (RDS user guide, "RDS for MySQL stored procedure
/// reference"). They run with `rdsadmin`'s rights.
enum MariaDBProcedures {
    /// How long binary logs stay while nobody has said, in seconds. Archiving will come with backups.
    private static let standardRetentionSeconds = 3600
    /// What RDS allows, in hours.
    private static let retentionHours = 1...168

    /// Run once, before the first start.
    static let definition =
        "USE mysql;\n" + configurationTable + "DELIMITER $$\n"
        + (killing + configuring + rotating + bufferPool).map { "\($0)$$\n" }.joined() + "DELIMITER ;\n"

    /// Puts in force what `rds_set_configuration` has set; run at every start.
    static let atStart = """
        SET GLOBAL binlog_expire_logs_seconds = (
            SELECT COALESCE(CAST(value AS unsigned) * 3600, \(standardRetentionSeconds))
            FROM mysql.rds_configuration WHERE name = 'binlog retention hours');

        """

    private static let configurationTable = """
        CREATE TABLE IF NOT EXISTS rds_configuration (
            name varchar(30) PRIMARY KEY, value varchar(30), description varchar(1024) NOT NULL
        ) ENGINE=InnoDB;
        INSERT IGNORE INTO rds_configuration VALUES ('binlog retention hours', NULL,
            'How many hours binary logs are kept; NULL for \(standardRetentionSeconds / 3600).');

        """

    private static func procedure(_ name: String, _ parameters: String = "", _ body: String) -> String {
        """
        CREATE DEFINER = 'rdsadmin'@'localhost' PROCEDURE \(name)(\(parameters)) SQL SECURITY DEFINER
        BEGIN
        \(body)
        END
        """
    }

    private static let killing = [kill("rds_kill", "KILL"), kill("rds_kill_query", "KILL QUERY")]

    private static func kill(_ name: String, _ verb: String) -> String {
        procedure(
            name, "IN thread BIGINT",
            """
                DECLARE owner varchar(128) DEFAULT NULL;
                SELECT user INTO owner FROM information_schema.processlist WHERE id = thread;
                IF owner IS NULL THEN
                    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1094, MESSAGE_TEXT = 'There is no thread of this number';
                END IF;
                IF owner IN ('rdsadmin', 'system user', 'event_scheduler') THEN
                    SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1095, MESSAGE_TEXT = 'Threads of the service cannot be killed';
                END IF;
                \(verb) thread;
            """)
    }

    private static let configuring = [
        procedure(
            "rds_set_configuration", "IN setting varchar(30), IN new_value int",
            """
                IF setting IS NULL OR setting <> 'binlog retention hours' THEN
                    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The one setting here is: binlog retention hours';
                END IF;
                IF new_value NOT BETWEEN \(retentionHours.lowerBound) AND \(retentionHours.upperBound) THEN
                    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
                        'The hours must be NULL or from \(retentionHours.lowerBound) to \(retentionHours.upperBound)';
                END IF;
                UPDATE mysql.rds_configuration SET value = new_value WHERE name = setting;
                SET GLOBAL binlog_expire_logs_seconds = COALESCE(new_value * 3600, \(standardRetentionSeconds));
            """),
        procedure("rds_show_configuration", "", "    SELECT name, value, description FROM mysql.rds_configuration;"),
    ]

    /// The log becomes `…_backup`, and a new one begins.
    private static let rotating = ["slow_log", "general_log"].map { log in
        procedure(
            "rds_rotate_\(log)", "",
            """
                DROP TABLE IF EXISTS mysql.\(log)_backup, mysql.\(log)_new;
                CREATE TABLE mysql.\(log)_new LIKE mysql.\(log);
                RENAME TABLE mysql.\(log) TO mysql.\(log)_backup, mysql.\(log)_new TO mysql.\(log);
            """)
    }

    private static let bufferPool = ["dump_now", "load_now", "load_abort"].map { verb in
        procedure("rds_innodb_buffer_pool_\(verb)", "", "    SET GLOBAL innodb_buffer_pool_\(verb) = ON;")
    }
}
