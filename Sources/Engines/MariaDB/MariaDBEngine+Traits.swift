public import Resources

extension EngineTraits {
    /// MariaDB on RDS: limits of `CreateDBInstance`'s reference for this engine.
    public static let mariaDB = mariaDBLike(name: "mariadb", description: "MariaDB")

    /// MySQL's name and rules, served by MariaDB.
    public static let mySQLByMariaDB: EngineTraits = {
        var traits = mariaDBLike(name: "mysql", description: "MySQL")
        // What users' parameter groups and templates name.
        traits.substitute = Substitute(product: "MariaDB", family: "mysql8.0", major: "8.0")
        return traits
    }()

    private static func mariaDBLike(name: String, description: String) -> EngineTraits {
        EngineTraits(
            name: name, description: description, defaultPort: 3306, licenseModel: "general-public-license",
            masterPasswordLength: 8...41, masterUsernameLength: 1...16,
            reservedUsernames: MariaDBWords.reserved.union(MariaDBWords.usernames), databaseNameLength: 1...64,
            reservedDatabaseNames: MariaDBWords.reserved.union(MariaDBWords.databases), initialDatabase: nil,
            majorVersionParts: 2, secureTransportParameter: "require_secure_transport",
            memoryParameters: [
                "aria_pagecache_buffer_size", "innodb_buffer_pool_size", "key_buffer_size", "max_connections",
                "query_cache_size", "table_open_cache",
            ], options: [MariaDBAudit.option], logTypes: ["audit", "error", "general", "slowquery"])
    }
}

enum MariaDBWords {
    /// The reserved words of MariaDB and of MySQL 8.0 (their manuals' lists of keywords).
    static let reserved: Set<String> = Set(
        """
        accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case \
        change char character check collate column condition constraint continue convert create cross cube cume_dist \
        current_date current_role current_time current_timestamp current_user cursor database databases day_hour \
        day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc describe \
        deterministic distinct distinctrow div do_domain_ids double drop dual each else elseif empty enclosed escaped except \
        exists exit explain false fetch first_value float float4 float8 for force foreign from fulltext function general \
        generated get grant group grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore \
        ignore_domain_ids ignore_server_ids in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 \
        integer intersect interval into io_after_gtids io_before_gtids is iterate join json_table key keys kill lag \
        last_value lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob \
        longtext loop low_priority master_bind master_heartbeat_period master_ssl_verify_server_cert match maxvalue \
        mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural not \
        no_write_to_binlog nth_value ntile null numeric of offset on optimize optimizer_costs option optionally or order out \
        outer outfile over page_checksum parse_vcol_expr partition percent_rank portion precision primary procedure purge \
        range rank read read_write reads real recursive ref_system_id references regexp release rename repeat replace \
        require resignal restrict return returning revoke right rlike row row_number rows schema schemas \
        second_microsecond select sensitive separator set show signal slow smallint spatial specific sql sql_big_result \
        sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc \
        stats_persistent stats_sample_pages stored straight_join system table terminated then tinyblob tinyint tinytext to \
        trailing trigger true undo union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp \
        values varbinary varchar varcharacter varying virtual when where while window with write xor year_month zerofill
        """.split(separator: " ").map(String.init))

    /// Names that the server refuses or RDS keeps.
    static let usernames: Set<String> = ["none", "public", "rdsadmin", "rdsproxyadmin", "rdsrepladmin", "rdstopmgr"]

    /// Databases that every server has, and names that belong to the service.
    static let databases: Set<String> = [
        "information_schema", "innodb", "mysql", "performance_schema", "rdsadmin", "sys", MariaDBServer.temporaryDirectory,
        MariaDBServer.exchangeDirectory,
    ]
}
