internal import DatabaseURLs

/// What a statement has shown of itself so far: whether a `;` ends it, and whether data follows.
struct StatementShape {
    private let dialect: Dialect
    /// The first words, in capitals.
    private var words: [String] = []
    private var parentheses = 0
    /// `BEGIN` … `END` that are open, `CASE` among them.
    private var blocks = 0
    private var previous = ""
    private var wordBefore = ""
    private var isCopyFromStdinSoFar = false
    /// What a statement that begins with WITH does after all; nil until that is seen.
    private(set) var verbAfterWith: String?

    init(_ dialect: Dialect) { self.dialect = dialect }

    /// What is missing for its end; nil when nothing is.
    var stillOpen: String? {
        if dialect == .postgresql, parentheses > 0 { return "a )" }
        return blocks > 0 ? "its END" : nil
    }

    var endsAtSemicolon: Bool {
        switch dialect {
        case .postgresql: parentheses == 0 && blocks == 0
        case .mysql: true
        // SQLite's own rule (sqlite3_complete): a trigger ends at `; END ;`.
        case .sqlite: !isTrigger || (previous == "END" && wordBefore == ";")
        }
    }

    var isCopyFromStdin: Bool { dialect == .postgresql && words.first == "COPY" && isCopyFromStdinSoFar }

    private var isTrigger: Bool {
        guard words.first == "CREATE", words.count > 1 else { return false }
        return words[1] == "TRIGGER" || (["TEMP", "TEMPORARY"].contains(words[1]) && words.count > 2 && words[2] == "TRIGGER")
    }

    /// `CREATE [OR REPLACE] FUNCTION|PROCEDURE`, whose body may be `BEGIN ATOMIC … END` (PostgreSQL 14).
    private var isRoutine: Bool {
        guard words.first == "CREATE" else { return false }
        let kind = words.dropFirst().first { $0 != "OR" && $0 != "REPLACE" }
        return kind == "FUNCTION" || kind == "PROCEDURE"
    }

    mutating func saw(word bytes: ArraySlice<UInt8>) {
        let word = bytes.count <= 16 ? String(decoding: bytes, as: UTF8.self).uppercased() : "…"
        if words.count < 5 { words.append(word) }
        if words.first == "WITH", parentheses == 0, verbAfterWith == nil, Self.verbs.contains(word) { verbAfterWith = word }
        if dialect == .postgresql {
            if word == "STDIN", previous == "FROM" { isCopyFromStdinSoFar = true }
            if isRoutine { count(word) }
        }
        shift(word)
    }

    private static let verbs: Set<String> = ["INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "VALUES"]

    private mutating func count(_ word: String) {
        if word == "ATOMIC", previous == "BEGIN", blocks == 0 { blocks = 1 }
        guard blocks > 0 else { return }
        if word == "CASE" { blocks += 1 }
        if word == "END" { blocks -= 1 }
    }

    mutating func saw(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("): parentheses += 1
        case UInt8(ascii: ")"): parentheses = max(0, parentheses - 1)
        case 0...32: return
        default: break
        }
        shift(byte == UInt8(ascii: ";") ? ";" : "")
    }

    mutating func sawQuoted() { shift("") }

    private mutating func shift(_ word: String) {
        wordBefore = previous
        previous = word
    }
}
