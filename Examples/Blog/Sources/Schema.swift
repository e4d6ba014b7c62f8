internal import DatabaseClient
internal import Support

/// The tables, made when the application starts, as the note's `db.create_all()` does. What the Flask application has made is
/// taken over.
enum Schema {
    static func make(in database: Database) async throws {
        try await database.repeating { database in
            try await database.execute(
                """
                CREATE TABLE IF NOT EXISTS post (
                    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100) NOT NULL, content TEXT NOT NULL)
                """)
            // Keys of the application's own making: with them a statement can be sent again, and counts once.
            try await add("request_id", "CHAR(36) NULL UNIQUE", to: database)
            try await add("created_at", "TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)", to: database)
            try await database.execute(
                """
                CREATE TABLE IF NOT EXISTS comment (
                    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, post_id INTEGER NOT NULL, author VARCHAR(100) NOT NULL,
                    content TEXT NOT NULL, request_id CHAR(36) NULL UNIQUE,
                    created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
                    FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE)
                """)
        }
    }

    private static func add(_ column: SQLIdentifier, _ definition: SQL, to database: Database) async throws {
        do {
            try await database.execute("ALTER TABLE post ADD COLUMN \(column) \(definition)")
        } catch DatabaseError.server(let error) where error.code == 1060 {
            // It is there: MySQL has no IF NOT EXISTS for columns.
        }
    }
}
