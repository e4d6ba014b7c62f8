/// Text from outside.
enum Words {
    static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    /// PostgreSQL's text has no zero byte.
    static func canBeStored(_ text: String) -> Bool { !text.utf8.contains(0) }

    /// A pattern for LIKE that finds the text itself: what means something in a pattern does not any more.
    static func pattern(containing text: String) -> String {
        var pattern = "%"
        for character in text {
            if "\\%_".contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }
}
