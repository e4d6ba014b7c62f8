/// How much transactions see of each other.
public enum IsolationLevel: String, Sendable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Database {
    /// A transaction on the writer, committed when `body` returns and undone when it throws.
    ///
    /// When the server undid it for the sake of others (serialization failure, deadlock), or the connection was lost before
    /// COMMIT was sent, `body` runs again, at most `retries` times: nothing was written then. So keep other effects out of it. A
    /// connection lost at COMMIT is `DatabaseError.outcomeUnknown`, and nothing is repeated.
    @discardableResult
    public func transaction<Value: Sendable>(
        isolation: IsolationLevel? = nil, retries: Int = 3, file: StaticString = #fileID, line: UInt = #line,
        _ body: @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        let begin = TransactionText.begin(engine, isolation, readOnly: false)
        return try await retried(retries) {
            try await onWriter(CallPlace(file, line)) { try await Self.transaction($0, begin, body) }
        }
    }

    /// `transaction` by the name of where it goes.
    @discardableResult
    public func write<Value: Sendable>(
        retries: Int = 3, file: StaticString = #fileID, line: UInt = #line,
        _ body: @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        try await transaction(retries: retries, file: file, line: line, body)
    }

    private static func transaction<Value: Sendable>(
        _ session: Session, _ begin: [String], _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        for text in begin { try await session.control(text, .transaction) }
        let value: Value
        do {
            value = try await body(Transaction(session))
            try Task.checkCancellation()
            guard session.connection.transaction != .failed else {
                throw DatabaseError.misuse("A statement of the transaction failed and its error was dropped: all is undone.")
            }
            try session.requireTransaction()
        } catch {
            await rollBack(session)
            throw error
        }
        try await session.control("COMMIT", .autocommit)
        return value
    }

    /// Where this fails the connection is not used again, and the server undoes the rest.
    private static func rollBack(_ session: Session) async {
        do { try await session.control("ROLLBACK", .transaction) } catch {}
    }
}

/// How the engines begin a transaction.
enum TransactionText {
    static func begin(_ engine: DatabaseEngine, _ isolation: IsolationLevel?, readOnly: Bool) -> [String] {
        switch engine {
        case .postgresql:
            return ["BEGIN" + (isolation.map { " ISOLATION LEVEL \($0.rawValue)" } ?? "") + (readOnly ? " READ ONLY" : "")]
        case .mysql:
            let level = isolation.map { ["SET TRANSACTION ISOLATION LEVEL \($0.rawValue)"] } ?? []
            return level + ["START TRANSACTION" + (readOnly ? " READ ONLY" : "")]
        case .sqlite:
            // Always serializable. A writer says so at once: two readers that want to write later would block each other.
            return [readOnly ? "BEGIN" : "BEGIN IMMEDIATE"]
        }
    }
}
