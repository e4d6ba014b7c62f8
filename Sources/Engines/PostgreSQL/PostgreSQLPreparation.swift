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

    /// The statements for the roles, in one transaction.
    static func roleStatements(present: Inventory) -> String {
        let missing = roles.filter { !present.roles.contains($0) }.map { "CREATE ROLE \($0) NOLOGIN;" }
        let grants = ["GRANT \(grantedToSuperuser.joined(separator: ", ")) TO rds_superuser WITH ADMIN OPTION;"]
        return (missing + grants + ["GRANT pg_monitor TO rdstopmgr;"]).joined(separator: "\n")
    }

    /// Run after `roleStatements`, each by itself: creating a database is not possible inside a transaction.
    static func databaseStatements(present: Inventory) -> [String] {
        let create = present.databases.contains(PostgreSQLFacts.database) ? [] : ["CREATE DATABASE rdsadmin;"]
        return create + ["REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC; GRANT TEMPORARY, CONNECT ON DATABASE rdsadmin TO rdstopmgr;"]
    }

    /// Makes what is missing. Blocks.
    static func perform(on server: PostgreSQLServer, deadline: ContinuousClock.Instant) throws {
        let connection = try AdminConnections.shared.connect(server, database: "postgres", deadline)
        let present = Inventory(try connection.run(Inventory.query, deadline: deadline))
        try connection.run(roleStatements(present: present), deadline: deadline)
        for statement in databaseStatements(present: present) { try connection.run(statement, deadline: deadline) }
        try AdminConnections.shared.connect(server, database: PostgreSQLFacts.database, deadline)
            .run(PostgreSQLFacts.definition, deadline: deadline)
    }
}
