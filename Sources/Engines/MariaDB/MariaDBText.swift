import DatabaseURLs

/// Names and texts as MariaDB's SQL wants them quoted while `sql_mode` leaves backslashes special, as in every session of ours.
enum MariaDBText {
    static func identifier(_ name: String) -> String { EscapedText.quoting(name, by: "`") }

    static func literal(_ text: String) -> String {
        "'" + EscapedText.doubling("\\'", in: text) + "'"
    }

    static func account(_ username: String, host: String = "%") -> String { "\(literal(username))@\(literal(host))" }
}
