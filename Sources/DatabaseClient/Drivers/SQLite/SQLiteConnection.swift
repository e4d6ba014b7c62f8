internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// A connection to a file through GRDB, which runs it on a queue of its own.
final class SQLiteConnection: DriverConnection {
    private let queue: DatabaseQueue
    private let closing = CloseOnce()

    init(_ queue: DatabaseQueue) { self.queue = queue }

    /// Opens the file, or makes it; its directory is made too.
    ///
    /// Writers wait for each other for `busyTimeout`, readers for nobody (WAL). Foreign keys hold.
    static func open(path: String, readOnly: Bool, busyTimeout: Duration) throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        configuration.foreignKeysEnabled = true
        // Transactions span several accesses here.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in
            if path != DatabaseURL.memory, !readOnly { try db.execute(sql: "PRAGMA journal_mode = WAL") }
            if readOnly { try db.execute(sql: "PRAGMA query_only = 1") }
        }
        if path == DatabaseURL.memory { return SQLiteConnection(try DatabaseQueue(configuration: configuration)) }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return SQLiteConnection(try DatabaseQueue(path: path, configuration: configuration))
    }

    var hasHungUp: Bool { closing.isDone }

    var isReusable: Bool { !closing.isDone && transaction == .none }

    /// A failed statement is undone alone, and the transaction goes on; a full disk may end it.
    var transaction: TransactionState { queue.unsafeReentrantRead { $0.isInsideTransaction } ? .open : .none }

    func abort() { closing.run { queue.interrupt() } }

    func isAlive() async -> Bool { !closing.isDone }

    func run(_ statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> RowSet {
        let arguments = StatementArguments(statement.values.map(\.databaseValue))
        return try await access(limits) { try Self.answer(statement.text, arguments, in: $0) }
    }

    /// GRDB keeps the columns that a statement had when it was made. Another connection may have changed the table since: then a
    /// query is made anew, once.
    private static func answer(
        _ text: String, _ arguments: StatementArguments, in db: GRDB.Database, isSecondTime: Bool = false
    ) throws -> RowSet {
        // GRDB's cache takes texts for one that look the same; ASCII has only one form.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        let prepared = isPlain ? try db.cachedStatement(sql: text) : try db.makeStatement(sql: text)
        let before = db.totalChangesCount
        let rows = try GRDB.Row.fetchAll(prepared, arguments: arguments)
        let changes = db.totalChangesCount - before
        let names = (0..<Int32(prepared.columnCount)).map { String(cString: sqlite3_column_name(prepared.sqliteStatement, $0)) }
        if names != prepared.columnNames {
            db.clearSchemaCache()
            if prepared.isReadonly, !isSecondTime { return try answer(text, arguments, in: db, isSecondTime: true) }
        }
        // What a row can be asked for safely.
        let count = min(names.count, prepared.columnNames.count)
        return RowSet(
            storage: StoredRows(rows.map { $0.databaseValues.prefix(count).map(SQLValue.init) }),
            columns: ColumnNames(Array(names.prefix(count))),
            affectedRows: names.isEmpty ? min(changes, db.changesCount) : rows.count)
    }

    func columns(of statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> [String] {
        try await access(limits) { try $0.makeStatement(sql: statement.text).columnNames }
    }

    func script(_ text: String, _ limits: StatementLimits) async throws(DriverFailure) {
        try await access(limits) { try $0.execute(sql: text) }
    }

    func insert(_ rows: BulkRows, _ limits: StatementLimits) async throws(DriverFailure) -> Int {
        try await MultiRowInsert(rows, .sqlite, batch: 200).run { statement throws(DriverFailure) in
            try await self.run(statement, limits).affectedRows
        }
    }

    /// GRDB interrupts the statement when the task is cancelled; a time-out does the same.
    private func access<Value: Sendable>(
        _ limits: StatementLimits, _ body: @escaping @Sendable (GRDB.Database) throws -> Value
    ) async throws(DriverFailure) -> Value {
        guard !closing.isDone else { throw .lost("The file was closed.", wasSent: false) }
        let alarm = SQLiteAlarm(queue)
        let ringing = limits.timeout.map { limit in Task { try await alarm.ring(after: limit) } }
        defer {
            ringing?.cancel()
            alarm.end()
        }
        do {
            return try await queue.writeWithoutTransaction(body)
        } catch is CancellationError {
            throw .cancelled
        } catch let error as GRDB.DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT { throw alarm.hasRung ? .timedOut(limits.timeout ?? .zero) : .cancelled }
            throw .server(SQLiteErrors.serverError(error))
        } catch {
            throw .server(ServerError(sqlState: "HY000", message: "\(error)"))
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .bytes(Array(data))
        }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .bool(let flag): flag.databaseValue
        case .int(let number): number.databaseValue
        case .double(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        case .instant(let date): Timestamp.text(date, digits: 3).databaseValue
        }
    }
}

/// SQLite's result codes as the SQLSTATE that PostgreSQL would give.
enum SQLiteErrors {
    static func serverError(_ error: GRDB.DatabaseError) -> ServerError {
        ServerError(
            sqlState: state(error), code: Int(error.extendedResultCode.rawValue),
            message: error.message ?? error.resultCode.description)
    }

    private static func state(_ error: GRDB.DatabaseError) -> String {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: return "23505"
        case .SQLITE_CONSTRAINT_FOREIGNKEY: return "23503"
        case .SQLITE_CONSTRAINT_NOTNULL: return "23502"
        case .SQLITE_CONSTRAINT_CHECK: return "23514"
        // Somebody wrote since this transaction read: doing all of it again is right.
        case .SQLITE_BUSY_SNAPSHOT: return "40001"
        default: break
        }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT: return "23000"
        case .SQLITE_BUSY, .SQLITE_LOCKED: return "55P03"
        case .SQLITE_READONLY: return "25006"
        case .SQLITE_FULL: return "53100"
        case .SQLITE_ERROR: return "42601"
        default: return "HY000"
        }
    }
}

extension Connector {
    func connectSQLite() async throws(DatabaseError) -> any DriverConnection {
        let path = url.database ?? DatabaseURL.memory
        let readOnly = role == .reader
        let timeout = configuration.pool.acquireTimeout
        let opened = await BlockingWork.run {
            Result { try SQLiteConnection.open(path: path, readOnly: readOnly, busyTimeout: timeout) }
        }
        do {
            return try opened.get()
        } catch {
            var failure = ConnectFailure(place: path, reason: "\(error)")
            failure.isPermanent = true
            throw .connectFailed(failure)
        }
    }
}
