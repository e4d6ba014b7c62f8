/// Names and texts as MariaDB's SQL wants them quoted while `sql_mode` leaves backslashes special, as in every session of ours.
enum MariaDBText {
    static func identifier(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }

    static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }

    static func account(_ username: String, host: String = "%") -> String { "\(literal(username))@\(literal(host))" }
}
