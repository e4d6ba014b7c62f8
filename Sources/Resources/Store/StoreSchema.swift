internal import Foundation
internal import GRDB

/// The tables. Uniqueness lives here, as constraints, not in the code above.
enum StoreSchema {
    static func migrate(_ database: DatabaseQueue) throws {
        let found = try database.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
        guard found <= Store.currentFormat else {
            throw StoreError.newerFormat(found: found, supported: Store.currentFormat)
        }
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 documents and events") { db in try createFirst(db) }
        migrator.registerMigration("2 sealed secrets") { db in try addChores(db) }
        try migrator.migrate(database)
    }

    private static func createFirst(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE document (
                    kind TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
                    PRIMARY KEY (kind, region, id),
                    UNIQUE (kind, region, name)
                ) STRICT;
                CREATE TABLE event (
                    number INTEGER PRIMARY KEY, region TEXT NOT NULL, date REAL NOT NULL, body BLOB NOT NULL
                ) STRICT;
                CREATE INDEX event_by_region_and_date ON event (region, date);
                CREATE TABLE quarantine (
                    kind TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
                    reason TEXT NOT NULL, date REAL NOT NULL
                ) STRICT;
                PRAGMA user_version = 1;
                """)
    }

    /// What is still to be done once to a store that a former Martlet wrote. From format 2 on values of secrets are encrypted;
    /// until they are, and no page of the file remembers them, the chore is there.
    private static func addChores(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE chore (name TEXT PRIMARY KEY) STRICT;
                INSERT INTO chore SELECT 'erase plain secrets'
                    WHERE EXISTS (SELECT * FROM document) OR EXISTS (SELECT * FROM event);
                PRAGMA user_version = 2;
                """)
    }
}
