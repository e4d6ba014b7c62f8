extension SQL {
    /// The query with a LIMIT that limits nothing, when it has none of its own.
    ///
    /// MySQL and MariaDB drop the ORDER BY of a query in FROM unless it has a LIMIT: its rows would come in any order.
    var keepingItsOrder: SQL {
        var scanner = TopLevelWords()
        for piece in pieces { if case .text(let text) = piece { scanner.scan(text) } }
        let words = scanner.words
        // What may follow a LIMIT leaves no place for one; such queries lock, and locks have no use here.
        let hasLimit = !words.isDisjoint(with: ["LIMIT", "FETCH", "FOR", "LOCK"])
        return !hasLimit && words.contains("ORDER") ? self + "\nLIMIT 18446744073709551615" : self
    }
}

/// The words of a statement that stand in no parentheses, quotes or comments. Upper case.
struct TopLevelWords {
    private enum Place: Equatable {
        case code
        /// After two dashes, which begin a comment before a blank only: 5--3 is 8.
        case dashes
        case quoted(UInt8)
        case lineComment
        case blockComment
    }

    private var place = Place.code
    private var depth = 0
    private var word: [UInt8] = []
    private(set) var words: Set<String> = []
    private var previous: UInt8 = 0
    private var isEscaped = false

    mutating func scan(_ text: String) {
        for byte in text.utf8 { take(byte) }
        // A value stands between this text and the next.
        take(UInt8(ascii: "?"))
    }

    private mutating func take(_ byte: UInt8) {
        defer { previous = byte }
        switch place {
        case .quoted(let mark):
            // A doubled mark opens again what it closed.
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), mark != UInt8(ascii: "`") {
                isEscaped = true
            } else if byte == mark {
                place = .code
            }
        case .lineComment: if byte == UInt8(ascii: "\n") { place = .code }
        case .blockComment: if byte == UInt8(ascii: "/"), previous == UInt8(ascii: "*") { place = .code }
        case .code: code(byte)
        case .dashes:
            place = byte == UInt8(ascii: "\n") ? .code : byte <= UInt8(ascii: " ") ? .lineComment : .code
            if place == .code { code(byte) }
        }
    }

    private mutating func code(_ byte: UInt8) {
        if isWordByte(byte) { return word.append(byte) }
        if !word.isEmpty, depth == 0 { words.insert(String(decoding: word, as: UTF8.self).uppercased()) }
        word = []
        switch byte {
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth -= 1
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): place = .quoted(byte)
        case UInt8(ascii: "#"): place = .lineComment
        case UInt8(ascii: "-") where previous == UInt8(ascii: "-"): place = .dashes
        case UInt8(ascii: "*") where previous == UInt8(ascii: "/"): place = .blockComment
        default: break
        }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte >= 0x80
    }
}
