/// Names and texts as SQL wants them quoted. Text is UTF-8 and `standard_conforming_strings` is on, PostgreSQL's default.
enum SQLText {
    static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
    static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
