/// One statement of a file.
public struct Statement: Sendable, Equatable {
    /// Without the terminator, and without what is before its first word.
    public var text: String
    /// The line of its first word, from 1.
    public var line: Int
    /// What follows `COPY … FROM STDIN;` up to `\.`: a range of the file's bytes.
    public var copyData: Range<Int>?

    public init(text: String, line: Int, copyData: Range<Int>? = nil) {
        self.text = text
        self.line = line
        self.copyData = copyData
    }

    /// The line of the file that the character (from 1) of the text is on.
    public func line(ofCharacter position: Int) -> Int {
        line + text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
    }

    /// Its first words, in capitals, without comments between them; at most `count`.
    public func words(_ count: Int) -> [String] {
        var found: [String] = []
        var rest = Substring(text)
        while found.count < count {
            rest = rest.drop { $0.isWhitespace || $0 == "(" }
            if rest.hasPrefix("--"), let end = rest.firstIndex(where: \.isNewline) {
                rest = rest[end...]
            } else if rest.hasPrefix("/*"), !rest.hasPrefix("/*!"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                if rest.hasPrefix("/*!") { rest = rest.dropFirst(3).drop(while: \.isNumber).drop(while: \.isWhitespace) }
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                guard !word.isEmpty else { break }
                found.append(word.uppercased())
                rest = rest.dropFirst(word.count)
            }
        }
        return found
    }
}

/// Why a file cannot be cut into statements.
public struct SplitFailure: Error, Sendable, Equatable {
    /// Where it begins, from 1.
    public var line: Int
    public var reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}
