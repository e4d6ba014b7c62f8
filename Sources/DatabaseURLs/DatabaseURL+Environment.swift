extension DatabaseURL {
    /// The notes' switch: `CONNECTION_URL`, else `DB_ENDPOINT` with `DB_USERNAME` and `DB_PASSWORD` (MySQL); with none of these
    /// the SQLite file `volumes/NAME.db`. `PROD_CONNECTION_URL` is for those who say `prod`: an app does not get there by itself.
    ///
    /// `DB_NAME` replaces the database's name and `DB_PORT` 3306. `DB_HOST`, `DB_USER` and `DB_PASS` are understood too.
    ///
    /// - Parameters:
    ///   - environment: `ProcessInfo.processInfo.environment`, or what a `.env` file says. An empty value counts as none.
    ///   - databaseName: what MySQL's database and SQLite's file are called.
    /// - Throws: `DatabaseURLError` for a URL that is wrong, and when only some of the `DB_…` are given: going on with
    ///   SQLite then would hide a mistake.
    public static func fromEnvironment(
        _ environment: [String: String], databaseName: String = "user_management"
    ) throws(DatabaseURLError) -> DatabaseURL {
        func value(_ names: String...) -> String? {
            for name in names { if let text = environment[name], !text.isEmpty { return text } }
            return nil
        }
        if let text = value("CONNECTION_URL") {
            do { return try DatabaseURL(text) } catch { throw DatabaseURLError("CONNECTION_URL: \(error.message)") }
        }
        let host = value("DB_ENDPOINT", "DB_HOST")
        let user = value("DB_USERNAME", "DB_USER")
        let password = value("DB_PASSWORD", "DB_PASS")
        let name = value("DB_NAME") ?? databaseName
        if host == nil && user == nil && password == nil { return .sqlite(path: "volumes/\(name).db") }
        guard let host, let user, let password else {
            let all = [("DB_ENDPOINT", host), ("DB_USERNAME", user), ("DB_PASSWORD", password)]
            let missing = all.filter { $0.1 == nil }.map(\.0).joined(separator: " and ")
            throw DatabaseURLError("For MySQL \(missing) must be given too; for SQLite give none of the three.")
        }
        guard let port = Int(value("DB_PORT") ?? "3306"), (1...65_535).contains(port) else {
            throw DatabaseURLError("DB_PORT is a number from 1 to 65535.")
        }
        return DatabaseURL(engine: .mysql, user: user, password: password, host: host, port: port, database: name)
    }
}
