/// One column as a single value: simple types, enums with a raw value, and types made of one of these.
struct ColumnDecoder: Decoder, SingleValueDecodingContainer {
    let cell: Cell
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func decodeValue<Value: Decodable>(_ type: Value.Type) throws(DatabaseError) -> Value {
        if let value = try cell.foundation(type) { return value }
        do {
            return try Value(from: self)
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw .decoding("Column \"\(cell.name)\" is no \(Value.self): \(error)")
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw manyValued }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw manyValued }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { cell.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try cell.bool() }
    func decode(_ type: String.Type) throws -> String { try cell.string() }
    func decode(_ type: Double.Type) throws -> Double { try cell.double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try cell.double()) }
    func decode(_ type: Int.Type) throws -> Int { try cell.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try cell.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try cell.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try cell.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try cell.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try cell.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try cell.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try cell.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try cell.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try cell.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decodeValue(type) }

    private var manyValued: DatabaseError {
        .decoding("Column \"\(cell.name)\" is one value, and no container: is it JSON? Decode it as JSONText.")
    }
}

extension JSONText: Codable {
    /// Out of one column, as it is.
    public init(from decoder: any Decoder) throws {
        self.init(text: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
