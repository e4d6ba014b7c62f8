internal import Foundation

/// A row as the application gets it.
enum ThroughRow {
    /// What becomes of a row.
    enum Decision: Equatable {
        case post(body: Data)
        /// A row that it refers to did not get in.
        case reject(reason: String)
    }

    /// A row that another one refers to.
    enum Reference: Equatable {
        /// Its table does not go through the application, or not yet, or it is named by something else than its primary key: what
        /// names it is as it was.
        case stays
        /// Nil when the application did not accept it.
        case moved(newKey: String?)
    }

    /// - Parameters:
    ///   - values: by the order of the columns that are copied.
    ///   - reference: what became of the row that a reference leads to, with that key.
    static func decide(
        _ table: TableShape, _ values: [String?], _ map: ThroughMap.Table, reference: (TableShape.ForeignKey, String) -> Reference
    ) throws -> Decision {
        var body: [String: Any] = [:]
        for (column, value) in zip(table.copied, values) {
            if column.isAutomatic, table.primaryKey == [column.name], map.sendsKey != true { continue }
            guard let field = map.field(column.name) else { continue }
            var value = value
            let foreign = table.foreignKeys.first { $0.columns == [column.name] }
            if let old = value, let foreign, case .moved(let newKey) = reference(foreign, old) {
                guard let newKey else { return .reject(reason: "\(foreign.table) \(old), which it refers to, did not get in") }
                value = newKey
            }
            body[field] = json(value, column.kind)
        }
        return .post(body: try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes]))
    }

    /// Numbers are numbers, JSON is JSON, bytes are base64; decimals are text, so that no digit is lost.
    private static func json(_ value: String?, _ kind: ValueKind) -> Any {
        guard let value else { return NSNull() }
        switch kind {
        case .boolean: return ValueText.normal(value, .boolean) == "1"
        case .integer: return Int64(value).map { $0 as Any } ?? value
        case .real, .double: return Double(value).flatMap { $0.isFinite ? $0 as Any : nil } ?? value
        case .bytes: return Data(SQLiteLiteral.bytes(ofHex: value.utf8.dropFirst(2))).base64EncodedString()
        case .json:
            do {
                return try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
            } catch {
                return value  // not JSON after all: the application may judge it
            }
        default: return value
        }
    }

    /// The new key in the application's answer; nil when it says none.
    static func newKey(_ answer: Data, _ name: String) -> String? {
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: answer, options: .fragmentsAllowed)
        } catch {
            return nil  // empty, `ok`, a page: the status alone says that the row was taken
        }
        switch (object as? [String: Any])?[name] {
        case let text as String: return text
        case let number as NSNumber: return number.stringValue
        default: return nil
        }
    }
}
