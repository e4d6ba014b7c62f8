public import DatabaseURLs

/// The types of one engine in another: the table of docs/db.md.
public enum TypeMap {
    /// MySQL cannot index text without a length; this is what a key gets.
    static let keyTextLength = 255

    /// - Parameter isKey: the column is part of a key or an index.
    public static func type(_ kind: ValueKind, in dialect: Dialect, isKey: Bool) -> String {
        switch dialect {
        case .postgresql: postgresql(kind)
        case .mysql: mysql(kind, isKey)
        case .sqlite: sqlite(kind)
        }
    }

    /// False for what a plain index cannot be made of.
    static func canBeIndexed(_ kind: ValueKind, in dialect: Dialect) -> Bool { !(dialect == .mysql && kind == .json) }

    private static func postgresql(_ kind: ValueKind) -> String {
        switch kind {
        case .boolean: "boolean"
        case .integer(let bytes): bytes <= 2 ? "smallint" : bytes <= 4 ? "integer" : "bigint"
        case .unsigned64: "numeric(20)"
        case .decimal(let precision?, let scale): "numeric(\(precision),\(scale ?? 0))"
        case .decimal: "numeric"
        case .real: "real"
        case .double: "double precision"
        case .text(let length?): "varchar(\(length))"
        case .text, .other: "text"
        case .bytes: "bytea"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .moment: "timestamptz"
        case .uuid: "uuid"
        case .json: "jsonb"
        }
    }

    private static func mysql(_ kind: ValueKind, _ isKey: Bool) -> String {
        switch kind {
        case .boolean: "tinyint(1)"
        case .integer(let bytes): bytes <= 2 ? "smallint" : bytes <= 4 ? "int" : "bigint"
        case .unsigned64: "bigint unsigned"
        case .decimal(let precision?, let scale) where precision <= 65 && (scale ?? 0) <= 30:
            "decimal(\(precision),\(scale ?? 0))"
        case .decimal: "decimal(65,30)"
        case .real: "float"
        case .double: "double"
        case .text(let length?) where length <= 16_000: "varchar(\(length))"
        case .text, .other: isKey ? "varchar(\(keyTextLength))" : "longtext"
        case .bytes: isKey ? "varbinary(\(keyTextLength))" : "longblob"
        case .date: "date"
        case .time: "time(6)"
        case .timestamp, .moment: "datetime(6)"
        case .uuid: "char(36)"
        case .json: "json"
        }
    }

    private static func sqlite(_ kind: ValueKind) -> String {
        switch kind {
        case .boolean: "BOOLEAN"
        case .integer: "INTEGER"
        // SQLite's integers have a sign and 64 bits; its NUMERIC would round.
        case .unsigned64: "TEXT"
        // As text no digit is lost, which NUMERIC's floating point would do.
        case .decimal(let precision?, let scale): "DECIMAL_TEXT(\(precision),\(scale ?? 0))"
        case .decimal: "DECIMAL_TEXT"
        case .real: "FLOAT"
        case .double: "DOUBLE"
        case .text(let length?): "VARCHAR(\(length))"
        case .text, .other: "TEXT"
        case .bytes: "BLOB"
        case .date: "DATE"
        case .time: "TIME"
        case .timestamp, .moment: "DATETIME"
        case .uuid: "UUID_TEXT"
        case .json: "JSON_TEXT"
        }
    }
}
