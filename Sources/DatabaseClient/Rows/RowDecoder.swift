/// A row as a keyed container.
struct RowDecoder: Decoder {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer<Key>(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DatabaseError.decoding("A row is no list: decode it into a type with properties.")
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        ColumnDecoder(cell: Cell(row: row, column: 0))
    }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { row.answer.columns.names.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { row.answer.columns.index(key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try cell(key).isNull }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cell(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try cell(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try cell(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try cell(key).double()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try cell(key).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cell(key).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try cell(key).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try cell(key).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try cell(key).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cell(key).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try cell(key).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cell(key).integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try cell(key).integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try cell(key).integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try ColumnDecoder(cell: try cell(key)).decodeValue(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw nested(key) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw nested(key) }
    func superDecoder() throws -> any Decoder { RowDecoder(row: row) }
    func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(row: row) }

    private func cell(_ key: Key) throws -> Cell {
        guard let column = row.answer.columns.index(key.stringValue) else {
            let names = row.answer.columns.names.joined(separator: ", ")
            throw DatabaseError.decoding("There is no column \"\(key.stringValue)\": the columns are \(names).")
        }
        return Cell(row: row, column: column)
    }

    private func nested(_ key: Key) -> DatabaseError {
        .decoding("Column \"\(key.stringValue)\" is one value, and no container: is it JSON? Decode it as JSONText.")
    }
}
