internal import DatabaseClient

/// The tables, in words that SQLite and MySQL understand alike.
enum Schema {
    struct Loss: Sendable, Equatable {
        var table: String
        var rows: Int
    }

    /// In the order in which they are made: what points comes after what is pointed to.
    private static let tables: [(name: String, definition: SQL)] = [
        (
            "users",
            """
            CREATE TABLE users (
                uid VARCHAR(64) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, email VARCHAR(254) NULL UNIQUE,
                role VARCHAR(10) NOT NULL, password VARCHAR(255) NOT NULL,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)
            """
        ),
        (
            "classroom_groups",
            "CREATE TABLE classroom_groups (name VARCHAR(64) NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL)"
        ),
        (
            "group_members",
            """
            CREATE TABLE group_members (
                group_name VARCHAR(64) NOT NULL, uid VARCHAR(64) NOT NULL, PRIMARY KEY (group_name, uid),
                FOREIGN KEY (group_name) REFERENCES classroom_groups (name) ON DELETE CASCADE,
                FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE)
            """
        ),
    ]

    /// Which of the tables are there, and how many rows each has.
    static func rows(in database: Database) async throws -> [Loss] {
        var found: [Loss] = []
        for table in tables where try await exists(table.name, in: database) {
            let rows = try await database.first("SELECT count(*) FROM \(SQLIdentifier(table.name))", as: Int.self) ?? 0
            found.append(Loss(table: table.name, rows: rows))
        }
        return found
    }

    static func exists(_ table: String, in database: Database) async throws -> Bool {
        let query: SQL =
            database.engine == .sqlite
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = \(table)"
            : "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = \(table)"
        return try await database.first(query, as: Int.self) ?? 0 > 0
    }

    /// Drops the tables and makes them again. SQLite does it at once or not at all; MySQL's DROP and CREATE count each alone.
    static func make(in database: Database) async throws {
        let statements: [SQL] =
            tables.reversed().map { "DROP TABLE IF EXISTS \(SQLIdentifier($0.name))" } + tables.map(\.definition)
        if database.engine == .sqlite {
            try await database.write { tx in for statement in statements { try await tx.execute(statement) } }
        } else {
            for statement in statements { try await database.execute(statement) }
        }
    }
}
