public import DatabaseURLs

/// A connection to a database, used by one at a time. Blocks its thread; what a command line wants.
public protocol SQLSession: AnyObject {
    var dialect: Dialect { get }
    /// True between `BEGIN` and its end, as the server sees it.
    var isInTransaction: Bool { get }
    /// Called for each notice of the server (`NOTICE:  …`).
    var onNotice: ((String) -> Void)? { get set }

    /// Runs one statement as it stands.
    ///
    /// - Throws: `SQLFailure`.
    @discardableResult func run(_ statement: String) throws -> Outcome

    /// The rows of a query as text, nil for NULL. Values go beside the query (`$1` in PostgreSQL, `?` elsewhere), never into it.
    func rows(_ query: String, _ values: [String?]) throws -> [[String?]]

    /// Ends the connection. Nothing can be asked afterwards.
    func close()
}

/// What came of a statement.
public struct Outcome: Sendable, Equatable {
    /// As psql says it: `CREATE EXTENSION`, `INSERT 0 2`.
    public var tag: String
    /// The names of the result's columns; empty when there is no result.
    public var columns: [String] = []
    public var rows: [[String?]] = []

    public init(tag: String, columns: [String] = [], rows: [[String?]] = []) {
        self.tag = tag
        self.columns = columns
        self.rows = rows
    }
}

extension SQLSession {
    public func rows(_ query: String) throws -> [[String?]] { try rows(query, []) }

    /// The first column of the first row.
    public func value(_ query: String, _ values: [String?] = []) throws -> String? {
        try rows(query, values).first.flatMap { $0.first ?? nil }
    }

    public func number(_ query: String, _ values: [String?] = []) throws -> Int? { try value(query, values).flatMap { Int($0) } }
}

/// Connects, by the kind of the address.
public enum Sessions {
    public static let connectTimeoutSeconds = 10

    /// - Throws: `SQLFailure` with `isConnection`.
    public static func open(_ address: DatabaseAddress) throws -> any SQLSession {
        switch address.dialect {
        case .postgresql: try PostgreSQLSession(address)
        case .mysql: try MySQLSession(address)
        case .sqlite: try SQLiteSession(address.database)
        }
    }
}
