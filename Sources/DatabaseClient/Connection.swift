/// One connection for the time of a closure: what is set for the session stays for the next statement.
public struct Connection: DatabaseQuerying {
    let session: Session
    let scope: Session.Scope

    public var engine: DatabaseEngine { session.engine }

    public func run(_ sql: SQL, place: CallPlace) async throws -> Rows { try await session.run(sql, scope) }

    public func columns(of sql: SQL, place: CallPlace) async throws -> [String] {
        try await session.columns(of: sql, scope)
    }
}

/// Statements that count together, or not at all.
public struct Transaction: DatabaseQuerying {
    let session: Session
    private let depth: Int

    init(_ session: Session, depth: Int = 0) {
        self.session = session
        self.depth = depth
    }

    public var engine: DatabaseEngine { session.engine }

    public func run(_ sql: SQL, place: CallPlace) async throws -> Rows { try await session.run(sql, .transaction) }

    public func columns(of sql: SQL, place: CallPlace) async throws -> [String] {
        try await session.columns(of: sql, .transaction)
    }

    /// A part that can be undone alone: an error thrown by `body` undoes what it did, and the transaction goes on.
    @discardableResult
    public func savepoint<Value: Sendable>(_ body: @Sendable (Transaction) async throws -> Value) async throws -> Value {
        let name = "dc_\(depth + 1)"
        try await session.control("SAVEPOINT \(name)", .transaction)
        do {
            let value = try await body(Transaction(session, depth: depth + 1))
            try await session.control("RELEASE SAVEPOINT \(name)", .transaction)
            return value
        } catch {
            try await session.control("ROLLBACK TO SAVEPOINT \(name)", .transaction)
            throw error
        }
    }

    /// Inserts many rows in the engine's fastest way: COPY on PostgreSQL, many rows in one statement elsewhere.
    ///
    /// - Parameter rows: taken one by one, so they need not fit into memory. Each has a value for each column.
    /// - Returns: how many there were.
    @discardableResult
    public func insert<Source: AsyncSequence & Sendable>(
        _ rows: Source, into table: SQLIdentifier, columns: [SQLIdentifier]
    ) async throws -> Int where Source.Element == [SQLValue] {
        let iterator = RowIterator(rows)
        return try await session.insert(BulkRows(table: table, columns: columns) { try await iterator.next() }, .transaction)
    }

    /// The same, with rows that are there already.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into table: SQLIdentifier, columns: [SQLIdentifier]) async throws -> Int {
        try await insert(
            AsyncStream { continuation in
                for row in rows { continuation.yield(row) }
                continuation.finish()
            }, into: table, columns: columns)
    }
}

/// An iterator that one task at a time uses.
private final class RowIterator<Source: AsyncSequence>: @unchecked Sendable where Source.Element == [SQLValue] {
    private var iterator: Source.AsyncIterator

    init(_ source: Source) { iterator = source.makeAsyncIterator() }

    func next() async throws -> [SQLValue]? { try await iterator.next() }
}
