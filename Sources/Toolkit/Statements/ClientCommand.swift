internal import DatabaseURLs

/// What the client programs do themselves. A dump has some that mean nothing here; all others are refused.
enum ClientCommand {
    static func refusal(_ word: String, _ dialect: Dialect) -> String {
        let program =
            switch dialect {
            case .postgresql: "psql"
            case .mysql: "mysql"
            case .sqlite: "sqlite3"
            }
        return
            "\(word) is a command of \(program), not SQL: no server understands it. Take it out, or run the file with \(program)"
    }

    /// Commands of `mysql` that stand at the beginning of a line, without a backslash.
    static let mysqlWords: Set<String> = [
        "source", "system", "tee", "notee", "pager", "nopager", "edit", "ego", "rehash", "connect", "print", "status", "warnings",
        "nowarning", "charset", "resetconnection", "sandbox",
    ]
}

extension StatementSplitter {
    /// Where a statement may begin: true when a command was there that has no effect on the server and could be passed over.
    mutating func tookClientCommand() throws(SplitFailure) -> Bool {
        let end = lineEnd(from: position)
        let first = bytes[position]
        switch dialect {
        case .postgresql where first == UInt8(ascii: "\\"):
            // pg_dump guards its output with these two; what they forbid is refused here anyway.
            guard has("\\restrict ", at: position) || has("\\unrestrict ", at: position) else { return false }
            position = end
            return true
        case .mysql: return try tookMySQLCommand(end)
        case .sqlite where first == UInt8(ascii: "."):
            let word = String(decoding: bytes[position..<end].prefix { $0 > 32 }, as: UTF8.self)
            throw SplitFailure(line: line(at: position), reason: ClientCommand.refusal(word, dialect))
        default: return false
        }
    }

    private mutating func tookMySQLCommand(_ end: Int) throws(SplitFailure) -> Bool {
        let word = String(decoding: bytes[position..<end].prefix(while: Self.isWordByte), as: UTF8.self).lowercased()
        if word == "delimiter" {
            let wanted = bytes[(position + word.utf8.count)..<end].drop { $0 <= 32 }.prefix { $0 > 32 }
            guard !wanted.isEmpty, wanted.count <= 16, !wanted.contains(UInt8(ascii: "\\")) else {
                throw SplitFailure(line: line(at: position), reason: "DELIMITER needs one to 16 characters, none of them a \\")
            }
            delimiter = Array(wanted)
            position = end
            return true
        }
        guard ClientCommand.mysqlWords.contains(word) else { return false }
        throw SplitFailure(line: line(at: position), reason: ClientCommand.refusal(word, dialect))
    }
}
