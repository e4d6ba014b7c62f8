internal import DatabaseURLs

/// Takes everything out of a database that is not the server's own: what `init` begins with.
///
/// Within the transaction that is open, where the engine keeps changes of the schema in one.
public enum Emptying {
    public static func run(_ session: any SQLSession) throws {
        switch session.dialect {
        case .postgresql: try emptyPostgreSQL(session)
        case .mysql: try emptyMySQL(session)
        case .sqlite: try emptySQLite(session)
        }
    }

    /// What an extension brought stays, and so do the extensions.
    private static func emptyPostgreSQL(_ session: any SQLSession) throws {
        let own = PostgreSQLOwn.schemas
        func free(_ catalogue: String, _ id: String) -> String { PostgreSQLOwn.free(catalogue, id, "eia") }
        let relations = """
            SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND \(own) AND \(free("pg_class", "c.oid"))
            """
        let routines = """
            SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
                p.oid::regprocedure::text
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE \(own) AND \(free("pg_proc", "p.oid"))
            """
        let types = """
            SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, format('%I.%I', n.nspname, t.typname)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND \(own)
                AND \(free("pg_type", "t.oid"))
            """
        for query in [relations, routines, types] {
            for row in try session.rows(query) {
                // The server has quoted the names itself.
                guard let kind = row[0], let name = row[1] else { continue }
                try session.run("DROP \(kind) IF EXISTS \(name) CASCADE")
            }
        }
    }

    private static func emptyMySQL(_ session: any SQLSession) throws {
        try session.run("SET foreign_key_checks = 0")
        let objects = """
            SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END, table_name
            FROM information_schema.tables WHERE table_schema = database()
            """
        let routines = "SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = database()"
        for query in [objects, routines] {
            for row in try session.rows(query) {
                guard let kind = row[0], let name = row[1] else { continue }
                try session.run("DROP \(kind) IF EXISTS \(try Dialect.mysql.quoted(name))")
            }
        }
        try session.run("SET foreign_key_checks = 1")
    }

    private static func emptySQLite(_ session: any SQLSession) throws {
        let objects = try session.rows(
            """
            SELECT upper(type), name FROM sqlite_master
            WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC
            """)
        for row in objects {
            guard let kind = row[0], let name = row[1] else { continue }
            try session.run("DROP \(kind) IF EXISTS \(try Dialect.sqlite.quoted(name))")
        }
    }
}
