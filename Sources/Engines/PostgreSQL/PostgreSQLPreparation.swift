/// What every server holds before it belongs to anyone: RDS's roles, and the database `rdsadmin`.
///
/// Source: "Understanding PostgreSQL roles and permissions" of the RDS user guide.
enum PostgreSQLPreparation {
    /// What a server holds already.
    struct Inventory: Equatable {
        var roles: Set<String>
        var databases: Set<String>

        static let query = """
            SELECT 'role', rolname FROM pg_roles UNION ALL SELECT 'database', datname FROM pg_database
            """

        init(roles: Set<String>, databases: Set<String>) {
            self.roles = roles
            self.databases = databases
        }

        init(_ rows: [[String?]]) {
            roles = Set(rows.filter { $0.first == "role" }.compactMap { $0.last ?? nil })
            databases = Set(rows.filter { $0.first == "database" }.compactMap { $0.last ?? nil })
        }
    }

    /// None of them can log in; they are there to be granted, or to be left alone.
    static let roles = ["rds_superuser", "rds_iam", "rds_password", "rds_replication", "rds_ad", "rdstopmgr"]

    private static let grantedToSuperuser = ["pg_monitor", "pg_signal_backend", "rds_password", "rds_replication"]

    /// Up to PostgreSQL 15 whoever has CREATEROLE can grant any role that is not a superuser's, these three among them, which
    /// reach the machine's files and programs. As superusers' roles they are out of the master's hands; nobody is a member,
    /// and membership would not make anybody a superuser. (PostgreSQL 16 asks for the ADMIN option instead.)
    static let withheldRoles = """
        DO $do$
        BEGIN
            IF current_setting('server_version_num')::int < 160000 THEN
                UPDATE pg_catalog.pg_authid SET rolsuper = true WHERE rolname IN
                    ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files') AND NOT rolsuper;
            END IF;
        END $do$;
        """

    /// The statements for the roles, in one transaction.
    static func roleStatements(present: Inventory) -> String {
        let missing = roles.filter { !present.roles.contains($0) }.map { "CREATE ROLE \($0) NOLOGIN;" }
        let grants = ["GRANT \(grantedToSuperuser.joined(separator: ", ")) TO rds_superuser WITH ADMIN OPTION;"]
        return (missing + grants + ["GRANT pg_monitor TO rdstopmgr;", withheldRoles]).joined(separator: "\n")
    }

    /// Run after `roleStatements`, each by itself: creating a database is not possible inside a transaction.
    static func databaseStatements(present: Inventory) -> [String] {
        let create = present.databases.contains(PostgreSQLFacts.database) ? [] : ["CREATE DATABASE rdsadmin;"]
        let access = """
            REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC;
            GRANT TEMPORARY, CONNECT ON DATABASE rdsadmin TO rdstopmgr;
            """
        return create + [access]
    }

    /// Shows `rds.extensions` in `pg_settings`, where clients of RDS look for it: PostgreSQL leaves settings that no
    /// library has defined out of this view. Changing a system view is possible without a restart since PostgreSQL 13.
    static let settingsView = """
        SET LOCAL allow_system_table_mods = on;
        DO $do$
        DECLARE definition text := rtrim(pg_get_viewdef('pg_catalog.pg_settings'::regclass), ' ;');
        BEGIN
            IF position('rds.extensions' in definition) = 0 THEN
                EXECUTE 'CREATE OR REPLACE VIEW pg_catalog.pg_settings AS ' || definition || $view$
                    UNION ALL SELECT 'rds.extensions', current_setting('rds.extensions', true), NULL, 'Customized Options',
                    'Extensions that can be created on this server.', NULL, 'postmaster', 'string', 'configuration file',
                    NULL, NULL, NULL, NULL, current_setting('rds.extensions', true), NULL, NULL, false
                    WHERE current_setting('rds.extensions', true) IS NOT NULL $view$;
            END IF;
        END $do$;
        """

    /// The databases that others are copied from, and `postgres`.
    static let settingsViewDatabases = ["template0", "template1", "postgres"]

    /// Commits need not wait for the disk one by one: the last one, which says that all is done, waits for all before it.
    static let relaxed = "SET synchronous_commit = off"

    /// Makes what is missing. Blocks.
    static func perform(on server: PostgreSQLServer, deadline: ContinuousClock.Instant) throws {
        let connection = try AdminConnections.shared.connect(server, database: "postgres", deadline)
        try connection.run(relaxed, deadline: deadline)
        let present = Inventory(try connection.run(Inventory.query, deadline: deadline))
        try connection.run(roleStatements(present: present), deadline: deadline)
        try showExtensions(on: server, connection, deadline)
        for statement in databaseStatements(present: present) { try connection.run(statement, deadline: deadline) }
        try AdminConnections.shared.connect(server, database: PostgreSQLFacts.database, deadline)
            .run(PostgreSQLFacts.definition, deadline: deadline)
    }

    private static func showExtensions(
        on server: PostgreSQLServer, _ connection: PostgreSQLConnection, _ deadline: ContinuousClock.Instant
    ) throws {
        let version = try connection.run("SHOW server_version_num", deadline: deadline).first?.first ?? nil
        guard let version, let number = Int(version), number >= 130_000 else { return }
        // template0 lets nobody in. Should this be interrupted, the repetition closes it again.
        try connection.run("ALTER DATABASE template0 ALLOW_CONNECTIONS true", deadline: deadline)
        for database in settingsViewDatabases {
            let visit = try AdminConnections.shared.connect(server, database: database, deadline)
            try visit.run(relaxed, deadline: deadline)
            try visit.run(settingsView, deadline: deadline)
        }
        try connection.run("ALTER DATABASE template0 ALLOW_CONNECTIONS false", deadline: deadline)
    }
}
