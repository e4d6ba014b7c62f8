internal import DatabaseURLs

/// Who is connected, and how to end it.
public enum DatabaseSessions {
    /// All sessions but our own, of every database that the user may see.
    ///
    /// - Parameter session: nil for SQLite, whose file need not be open.
    public static func list(_ address: DatabaseAddress, _ session: (any SQLSession)?) throws -> [DatabaseSession] {
        switch (address.dialect, session) {
        case (.postgresql, let session?):
            try read(
                session,
                """
                SELECT pid AS process_id, usename AS user, datname AS db, coalesce(host(client_addr), '') AS client_addr,
                    application_name AS app, coalesce(state, '') AS state
                FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY 1
                """)
        case (.mysql, let session?):
            try read(
                session,
                """
                SELECT id, user, coalesce(db, ''), host, '', lower(concat(command, if(state = '' OR state IS NULL, '', ': '),
                    coalesce(state, '')))
                FROM information_schema.processlist WHERE id <> connection_id() ORDER BY 1
                """)
        default: try FileHolders.list(address.database)
        }
    }

    /// The number of the session itself; nil for SQLite.
    public static func number(of session: any SQLSession) throws -> Int? {
        switch session.dialect {
        case .postgresql: try session.number("SELECT pg_backend_pid()")
        case .mysql: try session.number("SELECT connection_id()")
        case .sqlite: nil
        }
    }

    private static func read(_ session: any SQLSession, _ query: String) throws -> [DatabaseSession] {
        try session.rows(query).map { row in
            DatabaseSession(
                processID: row[0].flatMap { Int($0) } ?? 0, user: row[1] ?? "", database: row[2] ?? "", address: row[3] ?? "",
                application: row[4] ?? "", state: row[5] ?? "")
        }
    }

    /// Ends one session.
    ///
    /// - Throws: `ToolkitError` when there is none of that number, and what the server refuses.
    public static func end(_ processID: Int, _ address: DatabaseAddress, _ session: (any SQLSession)?) throws {
        guard let session, session.dialect != .sqlite else {
            throw ToolkitError("SQLite has no server to ask: process \(processID) itself must close the file (kill \(processID))")
        }
        guard try list(address, session).contains(where: { $0.processID == processID }) else {
            throw ToolkitError("there is no session \(processID)")
        }
        if session.dialect == .mysql {
            try session.run("KILL CONNECTION \(processID)")
        } else {
            guard try session.value("SELECT pg_terminate_backend($1::int)", [String(processID)]) == "t" else {
                throw ToolkitError("session \(processID) has ended by itself meanwhile")
            }
        }
    }
}
