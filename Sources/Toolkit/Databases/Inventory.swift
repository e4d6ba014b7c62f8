internal import DatabaseURLs
internal import Foundation

/// What a database holds: what would be lost with it.
public struct Inventory: Sendable, Equatable, Codable {
    public struct Table: Sendable, Equatable, Codable {
        /// With its schema where that is not the usual one.
        public var name: String
        public var rows: Int
    }

    public var database: String
    public var tables: [Table]
    /// False when counting would take long; then the server's own estimate is given.
    public var rowsAreExact: Bool
    public var sizeBytes: Int
    public var sessions: [DatabaseSession]

    public var rows: Int { tables.reduce(0) { $0 + $1.rows } }

    /// For people, before they are asked.
    public var lines: [String] {
        var lines = [
            "\(database): \(tables.count) table\(tables.count == 1 ? "" : "s"), \(rowsAreExact ? "" : "about ")"
                + "\(Figures.spoken(rows)) row\(rows == 1 ? "" : "s"), \(Figures.size(sizeBytes)), "
                + "\(sessions.count) open session\(sessions.count == 1 ? "" : "s")"
        ]
        lines += tables.sorted { $0.rows > $1.rows }.prefix(20).map {
            "  \(TextTable.printable($0.name))  \(Figures.spoken($0.rows)) row\($0.rows == 1 ? "" : "s")"
        }
        if tables.count > 20 { lines.append("  … and \(tables.count - 20) more tables") }
        return lines + sessions.prefix(10).map { "  in use by \($0.words)" }
    }

    /// Up to this size rows are counted one by one.
    static let exactLimitBytes = 256 << 20

    /// - Throws: `SQLFailure`.
    public static func take(of address: DatabaseAddress, _ session: any SQLSession) throws -> Inventory {
        let size = try Self.size(address, session)
        let names = try tableNames(session)
        let isExact = size <= exactLimitBytes
        let tables = try names.map { entry in
            let exact = isExact ? try session.number("SELECT count(*) FROM \(try entry.name.quoted(session.dialect))") : nil
            return Table(name: entry.name.description, rows: exact ?? entry.estimate)
        }
        let sessions = try DatabaseSessions.list(address, session).filter {
            $0.database == address.database || address.dialect == .sqlite
        }
        return Inventory(
            database: address.databaseName, tables: tables, rowsAreExact: isExact, sizeBytes: size, sessions: sessions)
    }

    private static func tableNames(_ session: any SQLSession) throws -> [(name: TableName, estimate: Int)] {
        let rows =
            switch session.dialect {
            case .postgresql:
                try session.rows(
                    """
                    SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint FROM pg_class c
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind = 'r' AND \(PostgreSQLOwn.schemas) AND \(PostgreSQLOwn.free("pg_class", "c.oid"))
                    ORDER BY 1, 2
                    """)
            case .mysql:
                try session.rows(
                    """
                    SELECT '', table_name, coalesce(table_rows, 0) FROM information_schema.tables
                    WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 2
                    """)
            case .sqlite:
                try session.rows(
                    """
                    SELECT '', name, 0 FROM sqlite_master
                    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 2
                    """)
            }
        return rows.map { row in
            (name: TableName(schema: row[0] ?? "", name: row[1] ?? ""), estimate: row[2].flatMap { Int($0) } ?? 0)
        }
    }

    private static func size(_ address: DatabaseAddress, _ session: any SQLSession) throws -> Int {
        switch session.dialect {
        case .postgresql: return try session.number("SELECT pg_database_size(current_database())") ?? 0
        case .mysql:
            return try session.number(
                """
                SELECT cast(coalesce(sum(data_length + index_length), 0) AS unsigned) FROM information_schema.tables
                WHERE table_schema = database()
                """) ?? 0
        case .sqlite:
            let file = URL(fileURLWithPath: address.database).resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            return (attributes[.size] as? Int) ?? 0
        }
    }
}
