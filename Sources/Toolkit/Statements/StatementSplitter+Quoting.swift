internal import DatabaseURLs

extension StatementSplitter {
    /// Moves to the next thing that is neither white space nor a comment. MySQL's `/*! … */` is no comment to its server.
    mutating func skipSpaceAndComments() throws(SplitFailure) {
        while position < bytes.count {
            if bytes[position] <= 32 {
                position += 1
            } else if dialect == .mysql && has("/*!", at: position) {
                return
            } else if try !skippedComment() {
                return
            }
        }
    }

    /// True when it moved behind a comment.
    mutating func skippedComment() throws(SplitFailure) -> Bool {
        let byte = bytes[position]
        if byte == UInt8(ascii: "-"), has("--", at: position), dialect != .mysql || endsMySQLDashes {
            position = lineEnd(from: position)
            return true
        }
        if byte == UInt8(ascii: "#"), dialect == .mysql {
            position = lineEnd(from: position)
            return true
        }
        guard byte == UInt8(ascii: "/"), has("/*", at: position) else { return false }
        try skipBlockComment()
        return true
    }

    /// MySQL wants white space, or the end, behind `--`.
    private var endsMySQLDashes: Bool { position + 2 >= bytes.count || bytes[position + 2] <= 32 }

    /// PostgreSQL's nest; in SQLite one that is not ended goes to the end of the file.
    private mutating func skipBlockComment() throws(SplitFailure) {
        let start = position
        var depth = 1
        position += 2
        while position < bytes.count {
            if has("*/", at: position) {
                position += 2
                depth -= 1
                if depth == 0 { return }
            } else if dialect == .postgresql, has("/*", at: position) {
                position += 2
                depth += 1
            } else {
                position += 1
            }
        }
        if dialect != .sqlite { throw SplitFailure(line: line(at: start), reason: "the comment that begins here has no */") }
    }

    /// True when it moved behind a string or a quoted name.
    mutating func skippedQuoted() throws(SplitFailure) -> Bool {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "'"): try skip(to: byte, escapes: dialect == .mysql || isEscapeString, "string")
        case UInt8(ascii: "\""): try skip(to: byte, escapes: dialect == .mysql, dialect == .mysql ? "string" : "quoted name")
        case UInt8(ascii: "`") where dialect != .postgresql: try skip(to: byte, escapes: false, "quoted name")
        case UInt8(ascii: "[") where dialect == .sqlite: try skip(to: UInt8(ascii: "]"), escapes: false, "quoted name")
        case UInt8(ascii: "$") where dialect == .postgresql: return try skippedDollarQuote()
        default: return false
        }
        return true
    }

    /// `E'…'`, where a backslash escapes.
    private var isEscapeString: Bool {
        guard dialect == .postgresql, position > 0, bytes[position - 1] | 32 == UInt8(ascii: "e") else { return false }
        return position == 1 || !Self.isWordByte(bytes[position - 2])
    }

    /// The closing character doubled stands for itself.
    private mutating func skip(to closing: UInt8, escapes: Bool, _ what: String) throws(SplitFailure) {
        let start = position
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if escapes, byte == UInt8(ascii: "\\") {
                position = min(position + 1, bytes.count)
            } else if byte == closing {
                guard position < bytes.count, bytes[position] == closing, closing != UInt8(ascii: "]") else { return }
                position += 1
            }
        }
        throw SplitFailure(line: line(at: start), reason: "the \(what) that begins here is not ended")
    }

    /// `$tag$ … $tag$`. A `$` within a word is part of the word, and is not seen here.
    private mutating func skippedDollarQuote() throws(SplitFailure) -> Bool {
        let start = position
        var end = position + 1
        while end < bytes.count, Self.isWordByte(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), end == start + 1 || !(48...57).contains(bytes[start + 1]) else {
            return false
        }
        let tag = Array(bytes[start...end])
        position = end + 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "$"), bytes[position...].starts(with: tag) {
                position += tag.count
                return true
            }
            position += 1
        }
        let name = String(decoding: tag, as: UTF8.self)
        throw SplitFailure(line: line(at: start), reason: "the \(name) that begins here is not ended")
    }
}
