/// What statements can be given to: a ``Database``, a ``Connection`` of it, or a ``Transaction``.
public protocol DatabaseQuerying: Sendable {
    var engine: DatabaseEngine { get }

    /// Runs one statement. `place` is shown as the holder when connections run out.
    ///
    /// - Throws: `DatabaseError`; `CancellationError` when the task was cancelled and the server confirmed it.
    func run(_ sql: SQL, place: CallPlace) async throws -> Rows

    /// The names of the columns that a query would answer.
    func columns(of sql: SQL, place: CallPlace) async throws -> [String]
}

/// A place in the program.
public struct CallPlace: Sendable, Equatable, CustomStringConvertible {
    var file: StaticString
    var line: UInt

    public init(_ file: StaticString, _ line: UInt) {
        self.file = file
        self.line = line
    }

    public var description: String { "\(file):\(line)" }

    public static func == (a: CallPlace, b: CallPlace) -> Bool { a.description == b.description }
}

extension DatabaseQuerying {
    /// Runs a query and returns its rows.
    public func query(_ sql: SQL, file: StaticString = #fileID, line: UInt = #line) async throws -> Rows {
        try await run(sql, place: CallPlace(file, line))
    }

    /// Runs a query and returns each row as a value.
    public func query<Value: Decodable>(
        _ sql: SQL, as type: Value.Type, file: StaticString = #fileID, line: UInt = #line
    ) async throws -> [Value] {
        try await run(sql, place: CallPlace(file, line)).decode(type)
    }

    /// The first row as a value; nil when there is none.
    public func first<Value: Decodable>(
        _ sql: SQL, as type: Value.Type = Value.self, file: StaticString = #fileID, line: UInt = #line
    ) async throws -> Value? {
        try await run(sql, place: CallPlace(file, line)).first?.decode(type)
    }

    /// Runs a statement and returns how many rows it inserted, updated or deleted.
    @discardableResult
    public func execute(_ sql: SQL, file: StaticString = #fileID, line: UInt = #line) async throws -> Int {
        try await run(sql, place: CallPlace(file, line)).affectedRows
    }

    /// All rows of a query as one JSON array, which the database makes; `[]` when there are none.
    ///
    /// The notes' `query_wrap_array`. The order of the query is kept.
    public func jsonArray(_ query: SQL, file: StaticString = #fileID, line: UInt = #line) async throws -> JSONText {
        try await json(query, .array, CallPlace(file, line))
    }

    /// The first row of a query as a JSON object, which the database makes; `{}` when there is none.
    ///
    /// The notes' `query_wrap_object`.
    public func jsonObject(_ query: SQL, file: StaticString = #fileID, line: UInt = #line) async throws -> JSONText {
        try await json(query, .object, CallPlace(file, line))
    }

    private func json(_ query: SQL, _ shape: JSONWrapping.Shape, _ place: CallPlace) async throws -> JSONText {
        let columns = engine == .postgresql ? [] : try await columns(of: query, place: place)
        let rows = try await run(JSONWrapping.wrap(query, shape, engine, columns: columns), place: place)
        return try JSONWrapping.text(of: rows, shape)
    }
}
