/// A `.env` file: `NAME=value`, `export NAME='value'`, comments. Nothing in it is expanded or run.
public enum DotEnv {
    /// Reads a whole file. What is given twice has its last value; a name alone says nothing.
    ///
    /// Single quotes keep everything, more lines as well; double quotes know `\"`, `\\`, `\n`, `\$`; without quotes ` #`
    /// begins a comment.
    ///
    /// - Throws: `DotEnvError` with the line that cannot be read. Values are not repeated in it.
    public static func parse(_ text: String) throws(DotEnvError) -> [String: String] {
        var reader = DotEnvReader(rest: Substring(text).unicodeScalars)
        return try reader.all()
    }
}

/// Goes through the file scalar by scalar: to Swift the end of a line of Windows is one character, and none of "\n" and "\r".
private struct DotEnvReader {
    var rest: Substring.UnicodeScalarView
    private var line = 1

    init(rest: Substring.UnicodeScalarView) { self.rest = rest }

    mutating func all() throws(DotEnvError) -> [String: String] {
        var found: [String: String] = [:]
        // Editors on Windows write a byte order mark.
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        while !rest.isEmpty {
            skipBlanks()
            if let (name, value) = try assignment() { found[name] = value }
            skipLine()
        }
        return found
    }

    /// What the line says; nil for a comment, a name alone, and nothing.
    private mutating func assignment() throws(DotEnvError) -> (String, String)? {
        guard let first = rest.first, first != "#", !first.isLineEnd else { return nil }
        var name = takeName()
        if name == "export", rest.first?.isBlank == true {
            skipBlanks()
            name = takeName()
        }
        skipBlanks()
        if !name.isEmpty, rest.first?.isLineEnd ?? true { return nil }
        guard !name.isEmpty, rest.first == "=" else { throw DotEnvError(line: line, reason: "is not NAME=value") }
        rest.removeFirst()
        let isApart = rest.first?.isBlank ?? false
        skipBlanks()
        guard let mark = rest.first, mark == "'" || mark == "\"" else {
            return (name, isApart && rest.first == "#" ? "" : bare())
        }
        return (name, try quoted(by: mark))
    }

    private mutating func takeName() -> String {
        let name = rest.prefix {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0))
        }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private mutating func bare() -> String {
        var value = String.UnicodeScalarView()
        while let next = rest.first, !next.isLineEnd, !(next == "#" && value.last?.isBlank == true) {
            value.append(next)
            rest.removeFirst()
        }
        while value.last?.isBlank == true { value.removeLast() }
        return String(value)
    }

    private mutating func quoted(by mark: Unicode.Scalar) throws(DotEnvError) -> String {
        let start = line
        var value = String.UnicodeScalarView()
        rest.removeFirst()
        while let next = rest.popFirst() {
            if next == mark {
                skipBlanks()
                guard rest.first.map({ $0.isLineEnd || $0 == "#" }) ?? true else {
                    throw DotEnvError(line: line, reason: "goes on after the closing quotation mark")
                }
                return String(value)
            }
            if next == "\n" { line += 1 }
            if mark == "\"", next == "\\", let escaped = rest.first, "\"\\n$".unicodeScalars.contains(escaped) {
                value.append(escaped == "n" ? "\n" : escaped)
                rest.removeFirst()
            } else if next != "\r" || rest.first != "\n" {
                value.append(next)
            }
        }
        throw DotEnvError(line: start, reason: "opens a quotation mark that is not closed")
    }

    private mutating func skipBlanks() { while rest.first?.isBlank == true { rest.removeFirst() } }

    private mutating func skipLine() {
        while let next = rest.popFirst() {
            if next == "\n" || next == "\r" && rest.first != "\n" {
                line += 1
                return
            }
        }
    }
}

/// A line of a `.env` file that cannot be read.
public struct DotEnvError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    public var reason: String

    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { ".env: line \(line) \(reason)" }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" }
    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r" }
}
