internal import DatabaseURLs

/// The words with which psql would answer, for the servers that do not say them.
enum CommandTag {
    /// The words that a statement's tag is made of.
    static func words(of statement: String, _ dialect: Dialect) -> [String] {
        let first = Statement(text: statement, line: 1).words(4)
        guard first.first == "WITH", let verb = StatementSplitter.verbAfterWith(statement, dialect) else { return first }
        return [verb]
    }

    /// - Parameters:
    ///   - words: the statement's first words, in capitals.
    ///   - affected: rows inserted, changed or deleted.
    ///   - returned: rows of the result; nil without one.
    static func make(_ words: [String], affected: Int, returned: Int?) -> String {
        guard let verb = words.first else { return "OK" }
        if let returned {
            switch verb {
            case "SELECT", "WITH": return "SELECT \(returned)"
            case "INSERT", "REPLACE": return "INSERT 0 \(returned)"
            default: return "\(verb) \(returned)"
            }
        }
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
