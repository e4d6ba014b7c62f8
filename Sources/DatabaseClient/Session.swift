internal import Synchronization

/// A connection while somebody has it: one statement at a time, and what a failure means for the work at hand.
final class Session: Sendable {
    /// What is lost with the connection.
    enum Scope: Sendable {
        /// Each statement stands for itself and may write.
        case autocommit
        /// Nothing counts before COMMIT.
        case transaction
        /// Nothing can be written.
        case readOnly
    }

    let lease: ConnectionPool.Lease
    let engine: DatabaseEngine
    let limits: StatementLimits
    let telemetry: Telemetry
    private struct State {
        var isBusy = false
        var isOver = false
        var isGivenUp = false
    }
    private let state = Mutex(State())

    init(_ lease: ConnectionPool.Lease, _ source: SessionSource) {
        self.lease = lease
        engine = source.engine
        limits = source.limits
        telemetry = source.telemetry
    }

    var connection: any DriverConnection { lease.connection }

    /// After this nothing begins any more: the connection is somebody else's.
    ///
    /// - Returns: whether the next one can have it. Not while a statement still runs, of a task that outlived the closure.
    func end() -> Bool {
        let isFree = state.withLock { state in
            state.isOver = true
            return !state.isBusy && !state.isGivenUp
        }
        // Asked last: a connection in use must not be looked at from here.
        return isFree && connection.isReusable
    }

    /// Nobody gets the connection after this: what is set in it is not what the next one expects.
    func giveUp() { state.withLock { $0.isGivenUp = true } }

    func run(_ sql: SQL, _ scope: Scope) async throws -> Rows {
        let statement = try sql.rendered(for: engine)
        if scope == .transaction { try requireTransaction() }
        return try await telemetry.statement(statement.text) {
            Rows(answer: try await exclusively(scope) { try await $0.run(statement, limits) })
        }
    }

    func columns(of sql: SQL, _ scope: Scope) async throws -> [String] {
        let statement = try sql.rendered(for: engine)
        return try await exclusively(scope) { try await $0.columns(of: statement, limits) }
    }

    /// A transaction can end by itself; what followed would count at once, each statement alone.
    func requireTransaction() throws(DatabaseError) {
        guard connection.transaction == .none, !connection.hasHungUp else { return }
        throw .misuse(
            "The transaction is over before its end: the server undid it (deadlock), or a statement such as CREATE TABLE "
                + "committed it, as MySQL does.")
    }

    func insert(_ rows: BulkRows, _ scope: Scope) async throws -> Int {
        if scope == .transaction { try requireTransaction() }
        return try await exclusively(scope) { try await $0.insert(rows, limits) }
    }

    /// BEGIN and its like. Runs to its end even when the task is cancelled: an open transaction must be ended.
    func control(_ text: String, _ scope: Scope) async throws {
        let limits = limits
        try await exclusively(scope) { connection in
            try await Task(executorPreference: DatabaseExecutor.ofThisThread) {
                try await connection.script(text, limits)
            }.value
        }
    }

    private func exclusively<Value: Sendable>(
        _ scope: Scope, _ body: (any DriverConnection) async throws -> Value
    ) async throws -> Value {
        try begin()
        defer { state.withLock { $0.isBusy = false } }
        do {
            return try await body(connection)
        } catch let failure as DriverFailure {
            throw Self.meaning(of: failure, scope)
        }
    }

    private func begin() throws(DatabaseError) {
        let problem: DatabaseError? = state.withLock { state in
            if state.isOver { return .misuse("This connection or transaction is over: it was used after its closure ended.") }
            if state.isBusy { return .misuse("One connection runs one statement at a time: await the first one.") }
            state.isBusy = true
            return nil
        }
        if let problem { throw problem }
    }

    static func meaning(of failure: DriverFailure, _ scope: Scope) -> any Error {
        switch failure {
        case .server(let error): DatabaseError.server(error)
        case .cancelled: CancellationError()
        case .timedOut(let limit):
            DatabaseError.timedOut("The statement took longer than \(limit.inSeconds) and was cancelled.")
        case .invalid(let error): error
        case .lost(let text, wasSent: true) where scope == .autocommit: DatabaseError.outcomeUnknown(text)
        case .lost(let text, _): DatabaseError.connectionLost(text)
        }
    }
}

/// A pool, and how its sessions behave.
struct SessionSource: Sendable {
    let pool: ConnectionPool
    let role: Connector.Role
    let engine: DatabaseEngine
    let limits: StatementLimits
    let telemetry: Telemetry

    /// Lends a session for the time of `body`.
    func withSession<Value>(_ place: CallPlace, _ body: (Session) async throws -> Value) async throws -> Value {
        let lease = try await pool.acquire(place)
        let session = Session(lease, self)
        do {
            let value = try await body(session)
            finish(session)
            return value
        } catch {
            // A server that takes no writes is no writer any more: new connections find the one that is. Files have no other.
            let isReadOnly = (error as? DatabaseError)?.serverError?.isReadOnlyServer ?? false
            if role == .writer, engine != .sqlite, isReadOnly { pool.distrust() }
            finish(session)
            throw error
        }
    }

    private func finish(_ session: Session) {
        let isUsable = session.end()
        pool.release(session.lease, isUsable: isUsable)
    }
}
