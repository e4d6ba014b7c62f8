internal import CLibPQ

extension PostgreSQLConnection {
    func run(_ statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> RowSet {
        let use = statements.use(statement.text)
        if case .prepare(let name) = use {
            _ = try await exchange(limits) { connection throws(DriverFailure) in
                let types = PostgreSQLParameters.types(of: statement.values)
                return PQsendPrepare(connection, name, statement.text, Int32(types.count), types)
            }
            statements.prepared(statement.text, name: name)
        }
        do {
            return try await exchange(limits) { connection throws(DriverFailure) in
                try PostgreSQLParameters.send(statement, use, on: connection)
            }
        } catch {
            guard use != .plain, forgetWhenStale(statement.text, error), PQtransactionStatus(pointer) == PQTRANS_IDLE
            else { throw error }
        }
        // Such a refusal comes before anything is carried out, so once more is safe.
        return try await exchange(limits) { connection throws(DriverFailure) in
            try PostgreSQLParameters.send(statement, .plain, on: connection)
        }
    }

    /// A plan whose result changed with the schema (0A000), and a name that a pooler's other session does not know (26000).
    private func forgetWhenStale(_ text: String, _ failure: DriverFailure) -> Bool {
        guard case .server(let error) = failure else { return false }
        if error.sqlState == "26000" { statements.isEnabled = false }
        if error.sqlState == "0A000" { statements.forget(text) }
        return error.sqlState == "26000" || error.sqlState == "0A000"
    }

    func script(_ text: String, _ limits: StatementLimits) async throws(DriverFailure) {
        _ = try await exchange(limits) { connection throws(DriverFailure) in PQsendQuery(connection, text) }
    }

    func columns(of statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> [String] {
        try await run(RenderedSQL(text: "SELECT * FROM (\(statement.text)) q LIMIT 0", values: statement.values), limits)
            .columns.names
    }

    /// Sends, and waits for all that the server answers.
    func exchange(
        _ limits: StatementLimits, _ send: (OpaquePointer) throws(DriverFailure) -> Int32
    ) async throws(DriverFailure) -> RowSet {
        var wait = PostgreSQLWait(self, limits)
        try wait.begin()
        guard try send(pointer) == 1 else { throw lost(wasSent: false) }
        return try await collect(&wait)
    }

    /// Reads answers until the server is ready for the next statement.
    func collect(_ wait: inout PostgreSQLWait) async throws(DriverFailure) -> RowSet {
        var last: RowSet?
        var failure: ServerError?
        while let result = try await wait.nextResult() {
            switch PQresultStatus(result.pointer) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: last = result.rowSet()
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                markBroken()
                throw .invalid(.misuse("COPY is not for query: use insert."))
            default: failure = failure ?? result.error()
            }
        }
        await wait.settle()
        if let failure { throw wait.meaning(of: failure) }
        guard PQstatus(pointer) == CONNECTION_OK else { throw lost(wasSent: true) }
        return last ?? RowSet(affectedRows: 0)
    }

    func lost(wasSent: Bool) -> DriverFailure {
        markBroken()
        return .lost(message, wasSent: wasSent)
    }
}

/// The waiting for one statement's answer: its deadline, and its cancellation.
struct PostgreSQLWait {
    private enum Phase: Equatable {
        case running
        /// The server was asked to cancel; it has until `deadline` to confirm.
        case cancelling(byTimeout: Bool)
    }

    private let connection: PostgreSQLConnection
    private let limits: StatementLimits
    private var phase = Phase.running
    private var deadline: ContinuousClock.Instant?
    private var cancel: Task<Bool, Never>?

    init(_ connection: PostgreSQLConnection, _ limits: StatementLimits) {
        self.connection = connection
        self.limits = limits
    }

    /// - Throws: `cancelled` when the task is cancelled before anything was sent.
    mutating func begin() throws(DriverFailure) {
        guard !connection.isBroken else { throw connection.lost(wasSent: false) }
        guard !Task.isCancelled else { throw .cancelled }
        connection.readiness.clearWake()
        deadline = limits.timeout.map { ContinuousClock.now + $0 }
    }

    /// The next answer; nil when there are no more.
    mutating func nextResult() async throws(DriverFailure) -> PostgreSQLResult? {
        while true {
            let unsent = PQflush(connection.pointer)
            guard unsent >= 0 else { throw connection.lost(wasSent: true) }
            if unsent == 0 && PQisBusy(connection.pointer) == 0 { break }
            try await step(writing: unsent == 1)
        }
        return PQgetResult(connection.pointer).map(PostgreSQLResult.init)
    }

    /// Waits for room to send, while COPY's rows go out.
    mutating func flush() async throws(DriverFailure) {
        while true {
            let unsent = PQflush(connection.pointer)
            guard unsent >= 0 else { throw connection.lost(wasSent: true) }
            if unsent == 0 { return }
            try await step(writing: true)
        }
    }

    private mutating func step(writing: Bool) async throws(DriverFailure) {
        let readiness = connection.readiness
        let descriptor = connection.socketEnd.descriptor
        let until = deadline
        let outcome =
            if phase == .running {
                await withTaskCancellationHandler {
                    await readiness.wait(descriptor, reading: true, writing: writing, until: until)
                } onCancel: {
                    readiness.wake()
                }
            } else {
                // A cancelled task's handler would wake each wait at once.
                await readiness.wait(descriptor, reading: true, writing: writing, until: until)
            }
        switch outcome {
        case .ready:
            if PQconsumeInput(connection.pointer) == 0 { throw connection.lost(wasSent: true) }
        case .woken: startCancel(byTimeout: false)
        case .timedOut where phase == .running: startCancel(byTimeout: true)
        case .timedOut, .unwatchable:
            connection.abort()
            connection.markBroken()
            throw .lost("The server did not answer.", wasSent: true)
        }
    }

    private mutating func startCancel(byTimeout: Bool) {
        guard phase == .running else { return }
        phase = .cancelling(byTimeout: byTimeout)
        deadline = ContinuousClock.now + limits.cancelGrace
        let canceller = connection.canceller
        let grace = limits.cancelGrace
        cancel = Task { await canceller.cancel(within: grace) }
    }

    /// The cancel request must have arrived before the next statement starts, lest it hits that one.
    func settle() async {
        if let cancel, await !cancel.value { connection.markBroken() }
    }

    func meaning(of error: ServerError) -> DriverFailure {
        if error.severity != "ERROR" {
            connection.markBroken()
            return .lost(error.description, wasSent: true)
        }
        guard error.isCancelled, case .cancelling(let byTimeout) = phase else { return .server(error) }
        return byTimeout ? .timedOut(limits.timeout ?? .zero) : .cancelled
    }
}
