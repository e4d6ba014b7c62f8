public import DatabaseURLs

/// What a database has that can be moved, and what cannot.
public struct Catalogue: Sendable, Equatable {
    public var dialect: Dialect
    /// In foreign-key order.
    public var tables: [TableShape]
    /// Statements of its own engine that come before all tables: extensions, types, sequences.
    public var prelude: [String] = []
    /// Statements of its own engine after all rows: where sequences stand.
    public var postlude: [String] = []
    /// What stays behind, in words: views, functions, triggers.
    public var leftBehind: [String] = []

    public var rows: Int { tables.reduce(0) { $0 + $1.rows } }

    /// Reads it through a session that is open on the database.
    public static func read(_ session: any SQLSession) throws -> Catalogue {
        var found: Catalogue
        switch session.dialect {
        case .postgresql: found = try PostgreSQLCatalogue.read(session)
        case .mysql: found = try MySQLCatalogue.read(session)
        case .sqlite: found = try SQLiteCatalogue.read(session)
        }
        found.completeReferences()
        found.tables = TableOrder.sorted(found.tables.filter { $0.name.name != MigrationState.table })
        return found
    }

    /// SQLite's references may leave out the columns they mean: it is the other table's primary key.
    private mutating func completeReferences() {
        let keys = Dictionary(tables.map { ($0.name, $0.primaryKey) }, uniquingKeysWith: { first, _ in first })
        for table in tables.indices {
            for key in tables[table].foreignKeys.indices where tables[table].foreignKeys[key].referred.isEmpty {
                tables[table].foreignKeys[key].referred = keys[tables[table].foreignKeys[key].table] ?? []
            }
        }
    }

    /// One row of a catalogue as words; nil becomes empty.
    static func words(_ session: any SQLSession, _ query: String, _ values: [String?] = []) throws -> [[String]] {
        try session.rows(query, values).map { $0.map { $0 ?? "" } }
    }

    /// `"3 views"`; nothing for none.
    static func counted(_ session: any SQLSession, _ what: String, _ query: String) throws -> [String] {
        let names = try words(session, query).map { $0[0] }
        if names.isEmpty { return [] }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        return ["\(names.count) \(what)\(names.count == 1 ? "" : "s") (\(shown))"]
    }
}
