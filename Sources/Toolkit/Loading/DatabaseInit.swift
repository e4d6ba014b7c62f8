internal import DatabaseURLs

/// Empties a database and fills it from files: as one transaction where the engine can.
public enum DatabaseInit {
    /// - Throws: `LoadFailure` or `SQLFailure`. PostgreSQL and SQLite are then as they were before.
    public static func run(
        _ files: [SQLFile], on session: any SQLSession, echo: @escaping (LoadEvent) -> Void
    ) throws {
        let transaction = LoadTransaction(session)
        var applied: [String] = []
        try transaction.begin()
        do {
            try Emptying.run(session)
            for file in files {
                let loader = FileLoader(file, on: session, echo: echo)
                defer { applied += loader.applied }
                try loader.runAll()
            }
            try transaction.commit()
        } catch {
            try transaction.rollBack()
            guard var failure = error as? LoadFailure, session.dialect == .mysql else { throw error }
            failure.applied = ["what was there before is gone"] + applied
            throw failure
        }
    }
}
