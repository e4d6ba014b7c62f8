internal import Foundation

/// One value of a row, and how it becomes a Swift type.
struct Cell {
    var row: Row
    var column: Int

    var name: String { row.answer.columns.names[column] }
    var isNull: Bool { row.answer.storage.isNull(row: row.index, column: column) }
    var value: SQLValue { row.answer.storage.value(row: row.index, column: column) }
    var text: String? { row.answer.storage.text(row: row.index, column: column) }

    static func isSimple(_ type: Any.Type) -> Bool {
        switch type {
        case is Bool.Type, is String.Type, is Double.Type, is Float.Type, is any FixedWidthInteger.Type: true
        case is Date.Type, is UUID.Type, is Decimal.Type, is Data.Type, is [UInt8].Type, is URL.Type: true
        default: false
        }
    }

    func failure(_ type: Any.Type) -> DatabaseError {
        .decoding("Column \"\(name)\" is no \(type)\(isNull ? ": it is NULL" : "").")
    }

    func bool() throws(DatabaseError) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .int(0), .text("f"), .text("false"), .text("0"): return false
        case .int(1), .text("t"), .text("true"), .text("1"): return true
        default: throw failure(Bool.self)
        }
    }

    func string() throws(DatabaseError) -> String {
        guard let text else { throw failure(String.self) }
        return text
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(DatabaseError) -> Number {
        switch value {
        case .int(let number): if let exact = Number(exactly: number) { return exact }
        case .bool(let flag): return flag ? 1 : 0
        case .text(let text): if let exact = Number(text) { return exact }
        case .double(let number): if let exact = Number(exactly: number) { return exact }
        default: break
        }
        throw failure(type)
    }

    func double() throws(DatabaseError) -> Double {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .text(let text): if let number = Double(text) { return number }
        default: break
        }
        throw failure(Double.self)
    }

    /// The types of Foundation, and bytes; nil for a type that is none of these.
    func foundation<Value>(_ type: Value.Type) throws(DatabaseError) -> Value? {
        let made: Any?
        switch type {
        case is Date.Type: made = date
        case is UUID.Type: made = text.flatMap { UUID(uuidString: $0) }
        case is Decimal.Type: made = text.flatMap { Decimal(string: $0) }
        case is URL.Type: made = text.flatMap { URL(string: $0) }
        case is Data.Type: made = bytes.map { Data($0) }
        case is [UInt8].Type: made = bytes
        default: return nil
        }
        guard let value = made as? Value else { throw failure(type) }
        return value
    }

    private var date: Date? {
        switch value {
        case .instant(let date): date
        case .text(let text): Timestamp.date(text)
        case .int(let seconds): Date(timeIntervalSince1970: Double(seconds))
        case .double(let seconds): Date(timeIntervalSince1970: seconds)
        default: nil
        }
    }

    private var bytes: [UInt8]? {
        switch value {
        case .bytes(let bytes): bytes
        case .text(let text): Array(text.utf8)
        default: nil
        }
    }
}
