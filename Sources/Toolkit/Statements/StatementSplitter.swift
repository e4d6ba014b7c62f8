public import DatabaseURLs

/// Cuts a file into statements as the client program of that dialect would: `psql`, `mysql`, `sqlite3`.
///
/// Pure: bytes in, statements out. Strings, quoted names, dollar quotes and comments hide a `;`. What the client programs do
/// themselves (`\connect`, `source`, `.read`) is refused with its line, since no server understands it.
public struct StatementSplitter: Sendable {
    let bytes: [UInt8]
    let dialect: Dialect
    var position: Int
    /// The line of `counted`, from 1.
    private var line = 1
    private var counted = 0
    var delimiter: [UInt8] = [UInt8(ascii: ";")]

    public init(_ bytes: [UInt8], _ dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
        // A byte order mark is no part of the first statement.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// All of them; for tests and small files.
    public static func statements(_ text: String, _ dialect: Dialect) throws(SplitFailure) -> [Statement] {
        var splitter = StatementSplitter(Array(text.utf8), dialect)
        var found: [Statement] = []
        while let statement = try splitter.next() { found.append(statement) }
        return found
    }

    /// What a statement that begins with WITH does: `INSERT`, `SELECT` … Nil when it does not show, or cannot be read.
    static func verbAfterWith(_ text: String, _ dialect: Dialect) -> String? {
        var splitter = StatementSplitter(Array(text.utf8), dialect)
        var shape = StatementShape(dialect)
        while splitter.position < splitter.bytes.count, shape.verbAfterWith == nil {
            // What a server has taken and we cannot read keeps its first word.
            do { try splitter.step(&shape) } catch { return nil }
        }
        return shape.verbAfterWith
    }

    /// How much of the file has been read, in bytes.
    public var readBytes: Int { position }

    /// - Throws: what cannot be read, with its line. After that nothing more can be asked.
    public mutating func next() throws(SplitFailure) -> Statement? {
        while true {
            try skipSpaceAndComments()
            guard position < bytes.count else { return nil }
            if try tookClientCommand() { continue }
            if isDelimiter(at: position) {
                position += delimiter.count
                continue
            }
            return try statement()
        }
    }

    // MARK: A statement

    private mutating func statement() throws(SplitFailure) -> Statement {
        let start = position
        let line = line(at: start)
        var shape = StatementShape(dialect)
        while position < bytes.count {
            if isDelimiter(at: position), delimiter != [UInt8(ascii: ";")] || shape.endsAtSemicolon {
                let text = text(start..<position)
                position += delimiter.count
                let data = shape.isCopyFromStdin ? try copyData(line) : nil
                return Statement(text: text, line: line, copyData: data)
            }
            try step(&shape)
        }
        // The last one may go without a terminator, but not without its end.
        if let open = shape.stillOpen { throw SplitFailure(line: line, reason: "the statement that begins here lacks \(open)") }
        if shape.isCopyFromStdin { throw SplitFailure(line: line, reason: "COPY … FROM STDIN lacks its ; and its data") }
        return Statement(text: text(start..<position), line: line)
    }

    /// Moves behind one word, string, comment or other character.
    private mutating func step(_ shape: inout StatementShape) throws(SplitFailure) {
        let start = position
        if try skippedQuoted() { return shape.sawQuoted() }
        if try skippedComment() { return }
        let byte = bytes[position]
        if Self.isWordByte(byte) {
            while position < bytes.count, Self.isWordByte(bytes[position]) || bytes[position] == UInt8(ascii: "$"),
                dialect != .mysql || !isDelimiter(at: position)
            { position += 1 }
            return shape.saw(word: bytes[start..<position])
        }
        if byte == UInt8(ascii: "\\") { return try backslash() }
        position += 1
        shape.saw(byte)
    }

    /// Outside of strings a backslash is a command to the client program.
    private mutating func backslash() throws(SplitFailure) {
        if dialect == .sqlite {
            position += 1
            return
        }
        let word = String(decoding: bytes[position...].prefix(24).prefix { $0 > 32 }, as: UTF8.self)
        throw SplitFailure(line: line(at: position), reason: ClientCommand.refusal(word, dialect))
    }

    /// The data of `COPY … FROM STDIN`: from the next line to a line `\.`, or to the end of the file.
    private mutating func copyData(_ line: Int) throws(SplitFailure) -> Range<Int> {
        var end = lineEnd(from: position)
        let rest = bytes[position..<end].filter { $0 > 32 }
        guard rest.isEmpty || rest.starts(with: [45, 45]) else {
            throw SplitFailure(line: line, reason: "the data of COPY must begin on a line of its own")
        }
        let start = min(end + 1, bytes.count)
        var next = start
        while next < bytes.count {
            end = lineEnd(from: next)
            let length = end > next && bytes[end - 1] == 13 ? end - 1 - next : end - next
            if length == 2, bytes[next] == UInt8(ascii: "\\"), bytes[next + 1] == UInt8(ascii: ".") {
                position = min(end + 1, bytes.count)
                return start..<next
            }
            next = end + 1
        }
        throw SplitFailure(line: line, reason: "the data of COPY … FROM STDIN is not ended by a line \\.")
    }

    // MARK: Places

    private func text(_ range: Range<Int>) -> String {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] <= 32 { end -= 1 }
        return String(decoding: bytes[range.lowerBound..<end], as: UTF8.self)
    }

    func lineEnd(from start: Int) -> Int { bytes[start...].firstIndex(of: 10) ?? bytes.count }

    mutating func line(at place: Int) -> Int {
        line += bytes[counted..<place].count { $0 == 10 }
        counted = place
        return line
    }

    func has(_ text: StaticString, at place: Int) -> Bool {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        return text.withUTF8Buffer { wanted in bytes[place..<end].elementsEqual(wanted) }
    }

    func isDelimiter(at place: Int) -> Bool {
        bytes[place] == delimiter[0] && bytes[place...].starts(with: delimiter)
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 95, 128...: true
        default: false
        }
    }
}
