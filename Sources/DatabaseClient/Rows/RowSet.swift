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

/// The columns of an answer, found by name.
final class ColumnNames: Sendable {
    let names: [String]
    private let indices: [String: Int]

    init(_ names: [String]) {
        self.names = names
        indices = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The column of that name, or of that name in snake case (`displayName` finds `display_name`).
    func index(_ name: String) -> Int? { indices[name] ?? indices[Self.snakeCase(name)] }

    static func snakeCase(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase {
                text += "_" + character.lowercased()
            } else {
                text.append(character)
            }
        }
        return text
    }
}

/// Rows that are in memory already.
final class StoredRows: RowStorage {
    private let rows: [[SQLValue]]

    init(_ rows: [[SQLValue]]) { self.rows = rows }

    var rowCount: Int { rows.count }
    func value(row: Int, column: Int) -> SQLValue { rows[row][column] }
}
