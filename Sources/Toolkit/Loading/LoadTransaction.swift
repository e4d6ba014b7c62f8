internal import DatabaseURLs

/// One transaction around a file, as far as the engine has it.
public final class LoadTransaction {
    private let session: any SQLSession
    private var violationsBefore = 0

    public init(_ session: any SQLSession) { self.session = session }

    /// MySQL commits each change of the schema by itself; what is between them is kept together by `autocommit=0`.
    public func begin() throws {
        switch session.dialect {
        case .postgresql: try session.run("BEGIN")
        case .mysql: try session.run("SET autocommit = 0")
        case .sqlite:
            // Rows may come before the ones they refer to; the references are looked at in the end.
            try session.run("PRAGMA foreign_keys = OFF")
            violationsBefore = try violations().count
            try session.run("BEGIN IMMEDIATE")
        }
    }

    public func commit() throws {
        if session.dialect == .sqlite {
            let found = try violations()
            if found.count > violationsBefore, let first = found.first {
                throw SQLFailure(
                    "row \(first[1] ?? "?") of \(first[0] ?? "?") refers to a row of \(first[2] ?? "?") that is not there")
            }
        }
        try session.run("COMMIT")
        if session.dialect == .mysql { try session.run("SET autocommit = 1") }
    }

    public func rollBack() throws {
        guard session.isInTransaction || session.dialect == .mysql else { return }
        try session.run("ROLLBACK")
        if session.dialect == .mysql { try session.run("SET autocommit = 1") }
    }

    private func violations() throws -> [[String?]] { try session.rows("PRAGMA foreign_key_check") }
}
