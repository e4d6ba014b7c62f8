public import Foundation

/// JSON that the database made, as it came.
public struct JSONText: Sendable, Equatable, CustomStringConvertible {
    public var text: String
    /// Of how many rows it was made: the notes' `app.result_length`.
    public var rowCount: Int

    public init(text: String, rowCount: Int = 0) {
        self.text = text
        self.rowCount = rowCount
    }

    /// A value as JSON, to be bound: `INSERT INTO t (document) VALUES (\(try JSONText(encoding: value)))`.
    public init(encoding value: some Encodable, with encoder: JSONEncoder = JSONEncoder()) throws {
        self.init(text: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    public var description: String { text }

    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, with decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }
}
