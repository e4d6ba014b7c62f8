/// The answer to a query.
public struct Rows: Sendable, RandomAccessCollection {
    let answer: RowSet

    public var startIndex: Int { 0 }
    public var endIndex: Int { answer.storage.rowCount }
    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < endIndex, "row \(position) of \(endIndex)")
        return Row(answer: answer, index: position)
    }

    /// The names of the columns, in their order.
    public var columns: [String] { answer.columns.names }

    /// How many rows a statement inserted, updated or deleted.
    public var affectedRows: Int { answer.affectedRows }

    /// Every row as a value.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(DatabaseError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        let isSimple = Cell.isSimple(type)
        for row in self { values.append(try row.decode(type, isSimple: isSimple)) }
        return values
    }
}

/// One row.
public struct Row: Sendable {
    let answer: RowSet
    let index: Int

    /// The value of a column; nil when there is no such column.
    public subscript(column: String) -> SQLValue? {
        answer.columns.index(column).map { answer.storage.value(row: index, column: $0) }
    }

    /// The value at a position, counted from 0.
    public subscript(position: Int) -> SQLValue {
        precondition(answer.columns.names.indices.contains(position), "column \(position)")
        return answer.storage.value(row: index, column: position)
    }

    /// One column as a type: `Int`, `String`, `Bool`, `Double`, `Date`, `UUID`, `Decimal`, `Data`, `[UInt8]`, an optional of
    /// one, or an enum with a raw value.
    ///
    /// - Throws: `DatabaseError.decoding`.
    public func decode<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws(DatabaseError) -> Value {
        guard let position = answer.columns.index(column) else {
            throw .decoding("There is no column \"\(column)\": the columns are \(answer.columns.names.joined(separator: ", ")).")
        }
        return try ColumnDecoder(cell: Cell(row: self, column: position)).decodeValue(type)
    }

    /// The row as a value: its properties are columns of the same name, or of that name in snake case. A property of one of the
    /// simple types above takes the first column.
    ///
    /// - Throws: `DatabaseError.decoding`, which names the column.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(DatabaseError) -> Value {
        try decode(type, isSimple: Cell.isSimple(type))
    }

    /// - Parameter isSimple: what `Cell.isSimple` says of the type. It looks for conformances, so it is asked once for all rows.
    func decode<Value: Decodable>(_ type: Value.Type, isSimple: Bool) throws(DatabaseError) -> Value {
        if isSimple { return try ColumnDecoder(cell: Cell(row: self, column: 0)).decodeValue(type) }
        do {
            return try Value(from: RowDecoder(row: self))
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw .decoding("A row is no \(Value.self): \(error)")
        }
    }
}
