/// A `.env` file: `NAME=value`, `export NAME='value'`, comments. Nothing in it is expanded or run.
public enum DotEnv {
    /// - Throws: `ToolkitError` with the line that cannot be read. Values are not repeated in it.
    public static func parse(_ text: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for (index, whole) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var line = Substring(whole.filter { $0 != "\r" }).drop { $0 == " " || $0 == "\t" }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7).drop { $0 == " " } }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].reversed().drop { $0 == " " }.reversed()
            guard parts.count == 2, !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else { throw ToolkitError("line \(index + 1) is not NAME=value") }
            guard let value = value(parts[1].drop { $0 == " " || $0 == "\t" }) else {
                throw ToolkitError("line \(index + 1): the quotation mark is not closed")
            }
            found[String(name)] = value
        }
        return found
    }

    /// Single quotes keep everything; double quotes know `\"`, `\\`, `\n`, `\$`; without quotes ` #` begins a comment.
    private static func value(_ text: Substring) -> String? {
        guard let mark = text.first, mark == "'" || mark == "\"" else {
            let end = text.firstRange(of: " #")?.lowerBound ?? text.endIndex
            return String(text[..<end].reversed().drop(while: \.isWhitespace).reversed())
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == mark { return result }
            if mark == "\"", character == "\\", let next = rest.first, "\"\\n$".contains(next) {
                result.append(next == "n" ? "\n" : next)
                rest = rest.dropFirst()
            } else {
                result.append(character)
            }
        }
        return nil
    }
}
