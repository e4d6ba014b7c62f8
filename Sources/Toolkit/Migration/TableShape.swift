internal import DatabaseURLs

/// A table as its engine's catalogue describes it. A value.
public struct TableShape: Sendable, Equatable {
    public struct Column: Sendable, Equatable {
        public var name: String
        public var kind: ValueKind
        /// As the engine writes it.
        public var nativeType: String
        public var isNullable: Bool
        public var isAutomatic = false
        public var fallback = Fallback.none
        /// As the engine writes it; nil when there is none.
        public var nativeDefault: String?
        /// The expression of a generated column, which is not copied but computed again.
        public var generated: String?
    }

    /// A column's default, as far as it means the same elsewhere.
    public enum Fallback: Sendable, Equatable {
        case none
        case number(String)
        case text(String)
        case now
        case uuid
        /// Only its own engine understands it.
        case native(String)
    }

    public struct Index: Sendable, Equatable {
        public var name: String
        public var columns: [String]
        public var isUnique: Bool
    }

    /// An index that no other engine has in this way, and which its own makes again by `nativeAfter`.
    public struct OwnIndex: Sendable, Equatable {
        public var name: String
        public var isUnique: Bool
        /// What others do not have, in words: `gin`, `expression`, `partial` …
        public var reason: String
    }

    public struct ForeignKey: Sendable, Equatable {
        public var name: String
        public var columns: [String]
        public var table: TableName
        public var referred: [String]
        /// `CASCADE`, `SET NULL` …
        public var onDelete: String
        public var onUpdate: String

        /// Whether it is a table with this primary key that it refers to by the key.
        func leads(toKey key: [String]) -> Bool { !key.isEmpty && Set(referred) == Set(key) }
    }

    public var name: TableName
    public var columns: [Column]
    public var primaryKey: [String]
    /// What every engine can have, on columns alone.
    public var indexes: [Index] = []
    /// All other indexes.
    public var ownIndexes: [OwnIndex] = []
    public var foreignKeys: [ForeignKey] = []
    /// Statements of its own engine that make it again: before the rows and after them. Empty between engines.
    public var nativeBefore: [String] = []
    public var nativeAfter: [String] = []
    /// The server's estimate.
    public var rows = 0

    /// The columns whose values are copied.
    public var copied: [Column] { columns.filter { $0.generated == nil } }
}

/// A table's name; the schema is empty where the engine has none.
public struct TableName: Sendable, Hashable, CustomStringConvertible {
    public var schema: String
    public var name: String

    public var description: String { schema.isEmpty || schema == "public" ? name : "\(schema).\(name)" }

    func quoted(_ dialect: Dialect) throws -> String {
        try (schema.isEmpty ? "" : dialect.quoted(schema) + ".") + dialect.quoted(name)
    }
}
