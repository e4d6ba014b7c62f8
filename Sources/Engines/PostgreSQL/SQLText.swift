import DatabaseURLs

/// Names and texts as SQL wants them quoted. Text is UTF-8 and `standard_conforming_strings` is on, PostgreSQL's default.
enum SQLText {
    static func identifier(_ name: String) -> String { EscapedText.quoting(name, by: "\"") }
    static func literal(_ text: String) -> String { EscapedText.quoting(text, by: "'") }
}
