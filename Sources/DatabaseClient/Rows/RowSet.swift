/// What came back for a statement. A driver may keep the answer as it is and read values when they are asked for.
protocol RowStorage: AnyObject, Sendable {
    var rowCount: Int { get }
    func value(row: Int, column: Int) -> SQLValue
    func isNull(row: Int, column: Int) -> Bool
    /// The value as text; nil for NULL and for bytes that are none.
    func text(row: Int, column: Int) -> String?
}

extension RowStorage {
    func isNull(row: Int, column: Int) -> Bool { value(row: row, column: column) == .null }

    func text(row: Int, column: Int) -> String? {
        switch value(row: row, column: column) {
        case .null: nil
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .text(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .instant(let date): Timestamp.text(date, digits: 6)
        }
    }
}

struct RowSet: Sendable {
    var storage: any RowStorage
    var columns: ColumnNames
    /// Rows inserted, updated or deleted; for a query, rows returned.
    var affectedRows: Int
}

extension RowSet {
    /// The answer to a statement that has no rows.
    init(affectedRows: Int) { self.init(storage: StoredRows([]), columns: ColumnNames([]), affectedRows: affectedRows) }
}

/// The columns of an answer, found by name.
///
/// Looked for one by one: a dictionary would cost more for each answer than it saves, up to some dozens of columns.
struct ColumnNames: Sendable {
    let names: [String]

    init(_ names: [String]) { self.names = names }

    /// The first column of that name, or of that name in snake case (`displayName` finds `display_name`).
    func index(_ name: String) -> Int? { names.firstIndex(of: name) ?? names.firstIndex(of: Self.snakeCase(name)) }

    static func snakeCase(_ name: String) -> String {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
        // Done for each value of each row; bytes take a ninth of the time that characters do.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + 4)
        for byte in name.utf8 {
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
                bytes.append(UInt8(ascii: "_"))
                bytes.append(byte | 0x20)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Rows that are in memory already.
final class StoredRows: RowStorage {
    private let rows: [[SQLValue]]

    init(_ rows: [[SQLValue]]) { self.rows = rows }

    var rowCount: Int { rows.count }
    func value(row: Int, column: Int) -> SQLValue { rows[row][column] }
}
