internal import Foundation
internal import GRDB

/// Making the file forget. Deleted rows are overwritten as they go (`secure_delete`), but the write-ahead log still has them.
extension Store {
    /// A former Martlet has kept values of secrets in plain text: they are to be sealed, then `erasePlainSecrets` is due.
    public func holdsPlainSecrets() async throws -> Bool {
        try await database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM chore") ?? 0 } > 0
    }

    /// Writes the file anew without its free pages, empties the log, and only then forgets that it was to be done.
    public func erasePlainSecrets() async throws {
        try await database.vacuum()
        try await emptyLog()
        try await database.write { db in try db.execute(sql: "DELETE FROM chore") }
    }

    /// Moves everything from the write-ahead log into the file: what has been deleted is on the disk no longer.
    public func emptyLog() async throws {
        try await database.writeWithoutTransaction { db in
            guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else { return }
            _ = try db.checkpoint(.truncate)
        }
    }
}
