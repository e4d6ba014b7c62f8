/// One connection to one server. Used by one at a time; `abort` alone may come at any moment.
protocol DriverConnection: AnyObject, Sendable {
    /// The server has gone, as far as one can know without asking it. Costs no round trip.
    var hasHungUp: Bool { get }
    /// Whether the next one can have it: not broken, and in no transaction.
    var isReusable: Bool { get }

    /// As the server last said.
    var transaction: TransactionState { get }

    /// Runs one statement.
    ///
    /// A cancelled task cancels the statement on the server, and waits for the server to say so, for a bounded time.
    ///
    /// - Throws: `DriverFailure`.
    func run(_ statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> RowSet

    /// Rows in the engine's fastest way. Only inside a transaction.
    ///
    /// - Returns: how many rows were sent.
    func insert(_ rows: BulkRows, _ limits: StatementLimits) async throws(DriverFailure) -> Int

    /// Statements without parameters, as many as the text has.
    func script(_ text: String, _ limits: StatementLimits) async throws(DriverFailure)

    /// The names of the columns of a query's answer.
    func columns(of statement: RenderedSQL, _ limits: StatementLimits) async throws(DriverFailure) -> [String]

    /// A round trip, for a bounded time.
    func isAlive() async -> Bool

    /// Ends the session at once, in the middle of whatever it does. Otherwise it ends when nobody refers to it any more.
    func abort()
}

enum TransactionState: Sendable, Equatable {
    case none
    case open
    /// A statement of it failed; on PostgreSQL, COMMIT would silently undo all.
    case failed
}

/// How long a statement may take.
struct StatementLimits: Sendable, Equatable {
    /// Nil: as long as it takes.
    var timeout: Duration?
    /// How long a server has to confirm that it cancelled.
    var cancelGrace: Duration = .seconds(5)
}

/// Rows for one table.
struct BulkRows: Sendable {
    var table: SQLIdentifier
    var columns: [SQLIdentifier]
    /// The next one; nil at the end.
    var source: @Sendable () async throws -> [SQLValue]?

    /// The next row, which has a value for each column; nil at the end.
    func next() async throws(DriverFailure) -> [SQLValue]? {
        let row: [SQLValue]?
        do { row = try await source() } catch { throw .invalid(.misuse("The rows could not be read: \(error)")) }
        if let row, row.count != columns.count {
            throw .invalid(.misuse("A row has \(row.count) values for \(columns.count) columns."))
        }
        do throws(DatabaseError) {
            for value in row ?? [] { try value.requireSendable() }
        } catch {
            throw .invalid(error)
        }
        return row
    }

    /// `TABLE (COLUMN, …)`, quoted.
    func target(for engine: DatabaseEngine) throws(DriverFailure) -> String {
        do throws(DatabaseError) {
            var names: [String] = []
            for column in columns { names.append(try column.quoted(for: engine)) }
            return "\(try table.quoted(for: engine)) (\(names.joined(separator: ", ")))"
        } catch {
            throw .invalid(error)
        }
    }
}

/// What went wrong with a statement, and what that means for it.
enum DriverFailure: Error, Sendable, Equatable {
    /// The server refused it. Not carried out.
    case server(ServerError)
    /// The connection is gone. `wasSent`: some of the statement reached the network.
    case lost(String, wasSent: Bool)
    /// Cancelled on the server, which confirmed it: not carried out.
    case cancelled
    /// The same, because it took too long.
    case timedOut(Duration)
    /// Nothing was sent.
    case invalid(DatabaseError)
}

extension DriverFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .server(let error): error.description
        case .lost(let text, _): text
        case .cancelled: "It was cancelled."
        case .timedOut(let limit): "It took longer than \(limit.inSeconds)."
        case .invalid(let error): error.description
        }
    }
}
