/// The databases that the master user may have: all whose name begins with one of `letters`, but `mysql`.
///
/// Whoever writes to `mysql` has every right. MariaDB cannot take rights back from a part of what was granted, and a right that
/// may be granted on `%` can be granted to roles and users on any pattern that fits `mysql`, however it is spelled. So the
/// master user has rights on patterns that all begin with a letter in which they differ from `mysql`: nothing that may be
/// granted on one of them reaches it.
enum MariaDBDatabases {
    private static let kept = Array("mysql")

    /// Without `%`, which is a pattern, and without the backslash, which escapes one.
    private static let letters: [Character] =
        Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$. ")

    /// `a%` … `l%`, `n%` … and, for names that begin as `mysql` does, `m`, `ma%` … `mysqlz%`.
    static let patterns: [String] = (0...kept.count).flatMap { length in
        let beginning = String(kept[..<length])
        let next = length < kept.count ? kept[length] : nil
        let exact = length > 0 && length < kept.count ? [beginning] : []
        return exact + letters.filter { $0 != next }.map { "\(beginning)\($0 == "_" ? "\\_" : "\($0)")%" }
    }

    /// Every right on a database that MariaDB 10.11 knows, the right to grant them included.
    private static let rights = [
        "Select", "Insert", "Update", "Delete", "Create", "Drop", "Grant", "References", "Index", "Alter", "Create_tmp_table",
        "Lock_tables", "Create_view", "Show_view", "Create_routine", "Alter_routine", "Execute", "Event", "Trigger",
        "Delete_history",
    ]

    /// Gives an account that exists the rights on all of them, in one go.
    static func grant(to username: String) -> String {
        let columns = rights.map { "\($0)_priv" }.joined(separator: ", ")
        let granted = Array(repeating: "'Y'", count: rights.count).joined(separator: ",")
        let rows = patterns.map { "('%',\(MariaDBText.literal($0)),\(MariaDBText.literal(username)),\(granted))" }
        return """
            REPLACE INTO mysql.db (Host, Db, User, \(columns)) VALUES
            \(rows.joined(separator: ",\n"));
            FLUSH PRIVILEGES;
            """
    }
}
