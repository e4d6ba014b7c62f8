internal import Foundation
internal import GRDBSQLite

/// A copy of a SQLite file through SQLite's backup API: consistent, although others write meanwhile.
public enum SQLiteBackup {
    /// Pages copied between two looks at the source.
    private static let stepPages: Int32 = 2_000
    private static let busyLimit = 600

    /// - Parameter progress: bytes done, and in all.
    /// - Returns: what was checked.
    /// - Throws: `SQLFailure`, `ToolkitError`. Nothing is left at `path` then.
    public static func run(from source: SQLiteSession, to path: String, progress: (Int, Int) -> Void) throws -> String {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ToolkitError("cannot create \(partial): \(String(cString: strerror(errno)))") }
        close(descriptor)
        do {
            try copy(source, partial, progress)
            let copy = try SQLiteSession(partial)
            let verdict = try copy.value("PRAGMA integrity_check")
            // A journal of the copy itself must not be left beside it.
            try copy.run("PRAGMA journal_mode = DELETE")
            copy.close()
            guard verdict == "ok" else { throw ToolkitError("the copy is damaged: \(verdict ?? "no answer")") }
            guard rename(partial, path) == 0 else { throw ToolkitError("cannot rename \(partial)") }
        } catch {
            unlink(partial)
            throw error
        }
        let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return "\(Figures.size(size)), integrity checked"
    }

    private static func copy(_ source: SQLiteSession, _ path: String, _ progress: (Int, Int) -> Void) throws {
        let target = try SQLiteSession(path, creates: true)
        defer { target.close() }
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw SQLFailure("SQLite's backup could not begin: \(String(cString: sqlite3_errmsg(target.handle)))")
        }
        let page = try source.number("PRAGMA page_size") ?? 4096
        var waits = 0
        var status = SQLITE_OK
        repeat {
            status = sqlite3_backup_step(backup, stepPages)
            let total = Int(sqlite3_backup_pagecount(backup))
            progress((total - Int(sqlite3_backup_remaining(backup))) * page, total * page)
            if status == SQLITE_BUSY || status == SQLITE_LOCKED {
                waits += 1
                usleep(100_000)
            }
        } while status == SQLITE_OK || (status == SQLITE_BUSY || status == SQLITE_LOCKED) && waits < busyLimit
        sqlite3_backup_finish(backup)
        guard status == SQLITE_DONE else {
            throw SQLFailure("SQLite's backup failed: \(String(cString: sqlite3_errstr(status)))")
        }
    }
}
