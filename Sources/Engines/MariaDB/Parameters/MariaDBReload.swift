/// Brings a running server to the settings on disk that can be changed while it runs.
enum MariaDBReload {
    /// Variables that somebody has set, in a file at the start or since.
    private static let setQuery = """
        SELECT LOWER(VARIABLE_NAME) FROM information_schema.SYSTEM_VARIABLES WHERE READ_ONLY = 'NO' \
        AND VARIABLE_SCOPE <> 'SESSION ONLY' AND GLOBAL_VALUE_ORIGIN IN ('SQL', 'CONFIG')
        """

    /// What a group does not say any more goes back to the server's own default; all else is set. Blocks.
    ///
    /// - Returns: what the server refused, and why, in its own words.
    static func perform(
        _ settings: [MariaDBConfiguration.Setting], on connection: MariaDBConnection, deadline: ContinuousClock.Instant
    ) throws -> [String: String] {
        let wanted = Set(settings.map(\.variable))
        let set = try connection.run(setQuery, deadline: deadline).compactMap { $0.first ?? nil }
        var refused: [String: String] = [:]
        for name in forgotten(set, wanted: wanted) {
            try attempt(&refused, name) { try connection.run("SET GLOBAL \(name) = DEFAULT", deadline: deadline) }
        }
        try attempt(&refused, MariaDBAudit.name) {
            guard wanted.contains(MariaDBAudit.loading) else {
                return try MariaDBAudit.unload(connection, deadline: deadline)
            }
            try MariaDBAudit.load(connection, deadline: deadline)
        }
        for setting in settings where setting.variable != MariaDBAudit.loading {
            try attempt(&refused, setting.variable) {
                try connection.run(MariaDBConfiguration.setGlobal(setting), deadline: deadline)
            }
        }
        return refused
    }

    static func forgotten(_ set: [String], wanted: Set<String>) -> [String] {
        set.filter { MariaDBParameterPolicy.mayBeWritten($0) && !wanted.contains($0) }
    }

    /// A lost connection is no refusal.
    private static func attempt(_ refused: inout [String: String], _ name: String, _ body: () throws -> Void) throws {
        do { try body() } catch EngineError.sql(let message, let state) where state != "08006" {
            refused[name] = message
        }
    }
}
