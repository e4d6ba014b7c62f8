internal import Foundation

/// Runs a file statement by statement, in one transaction, and stops at the first error.
public final class FileLoader {
    private let session: any SQLSession
    private let file: SQLFile
    private let echo: (LoadEvent) -> Void
    private let progress: ((Int, Int) -> Void)?
    /// The statements so far that the server has made permanent already; only MySQL does.
    private(set) var applied: [String] = []
    private var pending: [String] = []

    /// - Parameters:
    ///   - echo: what psql would show.
    ///   - progress: bytes done and bytes in all.
    public init(
        _ file: SQLFile, on session: any SQLSession, echo: @escaping (LoadEvent) -> Void, progress: ((Int, Int) -> Void)? = nil
    ) {
        self.file = file
        self.session = session
        self.echo = echo
        self.progress = progress
    }

    /// Loads it as a transaction of its own.
    ///
    /// - Throws: `LoadFailure`, after which nothing of the file is left, but what MySQL committed by itself.
    public func load() throws {
        let transaction = LoadTransaction(session)
        do {
            try transaction.begin()
            try runAll()
            try transaction.commit()
        } catch {
            let undone: String?
            do {
                try transaction.rollBack()
                undone = nil
            } catch let second {
                undone = "; and rolling back failed: \(second)"
            }
            throw failure(error, undone)
        }
    }

    private func failure(_ error: any Error, _ more: String?) -> LoadFailure {
        if var known = error as? LoadFailure {
            known.applied = applied
            known.reason += more ?? ""
            return known
        }
        // It is the end of the file that was refused: a deferred constraint, say.
        let lines = file.bytes.count { $0 == 10 }
        return LoadFailure(file: file.path, line: max(1, lines), reason: "\(error)\(more ?? "")", applied: applied)
    }

    /// Runs the statements within the transaction that is open.
    public func runAll() throws {
        var splitter = StatementSplitter(file.bytes, session.dialect)
        let formerNotice = session.onNotice
        defer { session.onNotice = formerNotice }
        session.onNotice = { [echo] in echo(.notice($0)) }
        while let statement = try next(&splitter) {
            guard try !isTransactionWord(statement) else { continue }
            do {
                try run(statement)
            } catch let failure as SQLFailure {
                let line = failure.position.map { statement.line(ofCharacter: $0) } ?? statement.line
                throw LoadFailure(file: file.path, line: line, reason: failure.description, applied: [])
            }
            note(statement)
            progress?(splitter.readBytes, file.bytes.count)
        }
    }

    private func next(_ splitter: inout StatementSplitter) throws -> Statement? {
        do {
            return try splitter.next()
        } catch {
            throw LoadFailure(file: file.path, line: error.line, reason: error.reason, applied: [])
        }
    }

    private func run(_ statement: Statement) throws {
        guard let range = statement.copyData, let server = session as? PostgreSQLSession else {
            return echo(.outcome(try session.run(statement.text)))
        }
        let outcome = try server.copyIn(statement.text) { put in
            try file.bytes.withUnsafeBytes { bytes in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 16) {
                    try put(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + (1 << 16), range.upperBound)]))
                }
            }
        }
        echo(.outcome(outcome))
    }

    /// The file's own `BEGIN` and `COMMIT` are left out: all of it is one transaction already.
    private func isTransactionWord(_ statement: Statement) throws -> Bool {
        guard let word = TransactionWord(statement) else { return false }
        if word == .rollback {
            let reason = "ROLLBACK would undo what is before it, and a file is loaded whole or not at all: take it out"
            throw LoadFailure(file: file.path, line: statement.line, reason: reason, applied: [])
        }
        return true
    }

    private func note(_ statement: Statement) {
        let words = statement.words(3)
        if !["SET", "SELECT", "USE", "LOCK", "UNLOCK"].contains(words.first ?? "SET") {
            pending.append("line \(statement.line): \(statement.text.prefix { !$0.isNewline }.prefix(80))")
        }
        if !session.isInTransaction {
            applied += pending
            pending = []
        }
    }
}

/// What there is to show while a file is loaded.
public enum LoadEvent: Sendable, Equatable {
    case outcome(Outcome)
    case notice(String)

    /// The lines psql would print on standard output; notices go to standard error.
    public static let rowLimit = 1_000

    public var lines: [String] {
        switch self {
        case .notice(let text): return [text]
        case .outcome(let outcome) where outcome.columns.isEmpty: return outcome.tag.isEmpty ? [] : [outcome.tag]
        case .outcome(let outcome):
            let table = TextTable.psql(outcome.columns, Array(outcome.rows.prefix(Self.rowLimit)))
            let more = outcome.rows.count - Self.rowLimit
            return table + (more > 0 ? ["(\(more) more not shown)"] : []) + [""]
        }
    }
}
