internal import DatabaseURLs
internal import Foundation

/// The one text form of each kind, and how an engine is asked for it.
enum ValueText {
    /// The query that yields these columns of all rows in that form. `isNative`: the other side is the same engine.
    static func select(
        _ columns: [TableShape.Column], from table: TableName, _ dialect: Dialect, isNative: Bool
    ) throws -> String {
        let expressions = try columns.map { try expression($0, dialect, isNative: isNative) }
        return "SELECT \(expressions.joined(separator: ", ")) FROM \(try table.quoted(dialect))"
    }

    /// The expression that yields a column's value in that form.
    private static func expression(_ column: TableShape.Column, _ dialect: Dialect, isNative: Bool) throws -> String {
        let name = try dialect.quoted(column.name)
        switch dialect {
        case .postgresql: return isNative ? name : postgresql(column, name)
        case .mysql: return mysql(column, name)
        case .sqlite: return isNative ? name : sqlite(column, name)
        }
    }

    private static func postgresql(_ column: TableShape.Column, _ name: String) -> String {
        switch column.kind {
        case .boolean: "\(name)::int"
        case .decimal: "trim_scale(\(name)::numeric)"
        case .date: "to_char(\(name), 'YYYY-MM-DD')"
        case .time: "to_char(\(name), 'HH24:MI:SS.US')"
        case .timestamp: "to_char(\(name), 'YYYY-MM-DD HH24:MI:SS.US')"
        // A timestamp of the target, when a moment is read back, is UTC already.
        case .moment:
            column.nativeType == "timestamp" || column.nativeType == "timestamp without time zone"
                ? "to_char(\(name), 'YYYY-MM-DD HH24:MI:SS.US')"
                : "to_char(\(name) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case .other where column.nativeType.hasSuffix("[]"): "to_json(\(name))::text"
        case .text, .json, .other: "\(name)::text"
        default: name
        }
    }

    private static func mysql(_ column: TableShape.Column, _ name: String) -> String {
        if column.nativeType.hasPrefix("bit") { return "\(name) + 0" }
        return switch column.kind {
        case .decimal(_, let scale) where scale != 0:
            // Only digits behind a point are trimmed, and a value that has none of these has no point.
            "IF(LOCATE('.', \(name)) > 0, TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM \(name))), \(name))"
        case .real: "CAST(\(name) AS DOUBLE)"
        case .bytes: "CONCAT('\\\\x', LOWER(HEX(\(name))))"
        case .time: "TIME_FORMAT(\(name), '%H:%i:%s.%f')"
        case .timestamp, .moment: "DATE_FORMAT(\(name), '%Y-%m-%d %H:%i:%s.%f')"
        default: name
        }
    }

    private static func sqlite(_ column: TableShape.Column, _ name: String) -> String {
        switch column.kind {
        // As text SQLite rounds to 15 digits; quote() keeps all of them.
        case .real, .double, .decimal: "CASE typeof(\(name)) WHEN 'real' THEN quote(\(name)) ELSE \(name) END"
        case .bytes: "CASE WHEN \(name) IS NOT NULL THEN '\\x' || lower(hex(\(name))) END"
        default: name
        }
    }

    /// True for kinds whose text two engines write differently.
    static func needsNormalising(_ kind: ValueKind, _ dialects: Set<Dialect>) -> Bool {
        switch kind {
        case .real, .double, .json: dialects.count > 1
        case .decimal, .time, .timestamp, .moment, .boolean, .uuid: dialects.count > 1 && dialects.contains(.sqlite)
        default: false
        }
    }

    /// A value as it is compared. What cannot be read stays as it is.
    static func normal(_ text: String, _ kind: ValueKind) -> String {
        switch kind {
        case .real: return Float(text).map { "\($0)" } ?? text
        case .double: return Double(text).map { "\($0)" } ?? text
        case .decimal: return trimmed(text)
        case .boolean: return ["true": "1", "false": "0", "t": "1", "f": "0"][text.lowercased()] ?? text
        case .uuid: return text.lowercased()
        case .timestamp, .moment: return stamp(text)
        case .time: return fraction(text)
        case .json: return json(text)
        default: return text
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains("."), !text.contains("e") else { return text }
        let digits = text.reversed().drop { $0 == "0" }
        return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
    }

    /// `2026-11-21T02:44:42Z`, `2026-11-21 02:44:42.5`: with a space and six digits.
    private static func stamp(_ text: String) -> String {
        guard text.count >= 19 else { return text.count == 10 ? text + " 00:00:00.000000" : text }
        var plain = text.replacing("T", with: " ")
        if plain.hasSuffix("Z") { plain.removeLast() }
        if plain.hasSuffix("+00:00") { plain.removeLast(6) }
        return fraction(plain)
    }

    private static func fraction(_ text: String) -> String {
        guard let point = text.lastIndex(of: ".") else { return text + ".000000" }
        let digits = text[text.index(after: point)...]
        guard digits.allSatisfy(\.isNumber), digits.count <= 6 else { return text }
        return text + String(repeating: "0", count: 6 - digits.count)
    }

    private static func json(_ text: String) -> String {
        do {
            let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            let data = try JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self)
        } catch {
            return text  // not JSON after all: compared as text
        }
    }
}
