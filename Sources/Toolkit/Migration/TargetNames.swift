internal import DatabaseURLs
internal import Foundation

/// Gives indexes and references names that are free in the target. The same tables get the same names every time, so that a run
/// that goes on finds what an earlier one has made.
struct TargetNames {
    /// Where no two may have one name.
    private enum Space: Hashable {
        /// Tables and what shares their names.
        case relations
        case references
        case indexes(of: String)
        case constraints(of: String)
    }

    private struct Name: Hashable {
        var space: Space
        var name: String
    }

    private let dialect: Dialect
    private var taken: Set<Name> = []

    /// - Parameters:
    ///   - tables: all that come into the target, with the source's names.
    ///   - others: names in the target that stay, as `present` finds them.
    init(_ dialect: Dialect, tables: [TableShape], others: [String] = []) {
        self.dialect = dialect
        switch dialect {
        case .postgresql:
            take(others + [MigrationState.table, "\(MigrationState.table)_pkey"], .relations)
            for table in tables {
                let name = table.name.name
                // The server makes the last two itself.
                let sequences = table.columns.filter(\.isAutomatic).map { "\(name)_\($0.name)_seq" }
                take([name, "\(name)_pkey"] + sequences, .relations)
                take(["\(name)_pkey"], .constraints(of: name))
            }
        case .mysql:
            take(others, .references)
            for table in tables { take(["PRIMARY"], .indexes(of: table.name.name)) }
        case .sqlite: take(others + [MigrationState.table] + tables.map(\.name.name), .relations)
        }
    }

    /// The names in the target that a new one must not have; what belongs to the tables that are moved is left out, since an
    /// interrupted run may have made it.
    static func present(_ target: any SQLSession, besides tables: [TableShape]) throws -> [String] {
        let query =
            switch target.dialect {
            case .postgresql:
                """
                SELECT c.relname, coalesce(t.relname, c.relname) FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
                WHERE n.nspname = 'public'
                """
            case .mysql:
                """
                SELECT constraint_name, table_name FROM information_schema.referential_constraints
                WHERE constraint_schema = database()
                """
            case .sqlite: "SELECT name, tbl_name FROM sqlite_master"
            }
        let moved = Set(tables.map(\.name.name))
        return try Catalogue.words(target, query).filter { !moved.contains($0[1]) }.map { $0[0] }
    }

    /// A name for an index. In MySQL it is its table's own; elsewhere all indexes and tables of the schema share theirs.
    mutating func index(_ index: TableShape.Index, of table: String) -> String {
        // SQLite's names of its own for UNIQUE are nobody else's to give.
        let isNameless = index.name.lowercased().hasPrefix("sqlite_")
        let wanted = isNameless ? "\(table)_\(index.columns.joined(separator: "_"))_key" : index.name
        return free(wanted, of: table, in: dialect == .mysql ? [.indexes(of: table)] : [.relations])
    }

    /// A name for a reference. In MySQL it is the database's, and the server may name an index after it.
    mutating func reference(_ key: TableShape.ForeignKey, of table: String) -> String {
        let wanted = key.name.isEmpty ? "\(table)_\(key.columns.joined(separator: "_"))_fkey" : key.name
        return free(wanted, of: table, in: dialect == .mysql ? [.references, .indexes(of: table)] : [.constraints(of: table)])
    }

    /// The name itself, else behind the table's, else that with a number.
    private mutating func free(_ wanted: String, of table: String, in spaces: [Space]) -> String {
        let long = "\(table)_\(wanted)"
        var name = fitting(wanted, "")
        var number = 1
        while spaces.contains(where: { taken.contains(Name(space: $0, name: folded(name))) }) {
            name = fitting(long, number == 1 ? "" : "_\(number)")
            number += 1
        }
        for space in spaces { take([name], space) }
        return name
    }

    private mutating func take(_ names: [String], _ space: Space) {
        for name in names { taken.insert(Name(space: space, name: folded(name))) }
    }

    /// As the engine compares names.
    private func folded(_ name: String) -> String {
        dialect == .postgresql ? name : name.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }

    /// PostgreSQL would cut after 63 bytes in silence, and two names become one; MySQL refuses more than 64 characters.
    private func fitting(_ name: String, _ suffix: String) -> String {
        var start = Substring(name)
        switch dialect {
        case .postgresql: while start.utf8.count + suffix.utf8.count > 63 { start.removeLast() }
        case .mysql: while start.unicodeScalars.count + suffix.unicodeScalars.count > 64 { start.removeLast() }
        case .sqlite: break
        }
        return start + suffix
    }
}
