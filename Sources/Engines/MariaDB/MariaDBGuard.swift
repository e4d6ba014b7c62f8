/// Keeps users out of the tables that say who may do what.
///
/// Nobody but `rdsadmin` has a right to write everywhere (`*.*`); the master user has all rights on `%`.*, every database by
/// its pattern. Of several entries that fit, MariaDB takes the most precise one alone, and a user's clients always come from
/// `localhost`. So entries for nobody in particular, on the very name, from the very host, without any right, win over every
/// pattern. A name with a needless backslash (`my\sql`) counts as precise too and means the same: each has its entry.
enum MariaDBGuard {
    static let database = "mysql"

    /// The names that `mysql` can be written with in a grant and are no pattern.
    static var spellings: [String] {
        let letters = Array(database)
        return (0..<(1 << letters.count)).map { choice in
            letters.indices.map { choice & (1 << $0) == 0 ? "\(letters[$0])" : "\\\(letters[$0])" }.joined()
        }
    }

    /// Clients come from `localhost`; roles have no host.
    private static let hosts = ["localhost", ""]

    /// Run once, before the first start.
    static var entries: String {
        let rows = hosts.flatMap { host in
            spellings.map { "(\(MariaDBText.literal(host)), \(MariaDBText.literal($0)), '')" }
        }
        return "REPLACE INTO mysql.db (Host, Db, User) VALUES\n" + rows.joined(separator: ",\n") + ";\n"
    }
}
