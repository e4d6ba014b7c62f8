/// The words with which psql would answer, for the servers that do not say them.
enum CommandTag {
    /// - Parameters:
    ///   - words: the statement's first words, in capitals.
    ///   - affected: rows inserted, changed or deleted.
    ///   - returned: rows of the result; nil without one.
    static func make(_ words: [String], affected: Int, returned: Int?) -> String {
        guard let verb = words.first else { return "OK" }
        if let returned { return verb == "SELECT" || verb == "WITH" ? "SELECT \(returned)" : "\(verb) \(returned)" }
        switch verb {
        case "INSERT", "REPLACE": return "INSERT 0 \(affected)"
        case "UPDATE", "DELETE", "LOAD": return "\(verb) \(affected)"
        case "CREATE", "DROP", "ALTER", "TRUNCATE", "LOCK", "UNLOCK":
            let object = words.dropFirst().first { !decorations.contains($0) }
            return object.map { "\(verb) \($0)" } ?? verb
        case "START": return "START TRANSACTION"
        default: return verb
        }
    }

    private static let decorations: Set<String> = [
        "OR", "REPLACE", "TEMP", "TEMPORARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VIRTUAL", "ONLINE", "OFFLINE", "IGNORE",
    ]
}
