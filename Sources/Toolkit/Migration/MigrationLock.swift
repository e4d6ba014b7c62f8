internal import DatabaseURLs
internal import Foundation

/// One migration into a database at a time.
///
/// A killed one is over only when its server's session is: a batch whose COMMIT was under way counts, and whoever has read the
/// place before that would write the same rows again. The lock is the session's, and so ends with it.
enum MigrationLock {
    /// Any number that nobody else uses: the first bytes of `martlet migrate`.
    static let key = 0x6D61_7274_6C65_7420

    /// - Parameter patience: seconds that a former session may take to end.
    /// - Throws: `ToolkitError` when another migration is at work in the database.
    static func take(in session: any SQLSession, patience: Int = 30) throws {
        switch session.dialect {
        case .postgresql:
            let deadline = ContinuousClock.now + .seconds(patience)
            while try session.value("SELECT pg_catalog.pg_try_advisory_lock(\(key))") != "t" {
                guard ContinuousClock.now < deadline else { throw busy }
                usleep(50_000)
            }
        case .mysql:
            // Such locks are the server's and not a database's; their names have at most 64 characters.
            let name = "concat('martlet_migration.', md5(database()))"
            guard try session.value("SELECT get_lock(\(name), \(patience))") == "1" else { throw busy }
        case .sqlite:
            // The file's own locks end with the process.
            break
        }
    }

    private static var busy: ToolkitError {
        ToolkitError(
            "another migration is at work in the target: nothing was changed. Wait for its end, or find it: martlet db sessions")
    }
}
