internal import DatabaseURLs

/// Reads `sqlite_master` and the pragmas.
enum SQLiteCatalogue {
    static func read(_ session: any SQLSession) throws -> Catalogue {
        let list = """
            SELECT name, sql FROM sqlite_master
            WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1
            """
        let tables = try Catalogue.words(session, list).map { row in
            guard !row[1].uppercased().hasPrefix("CREATE VIRTUAL") else {
                throw ToolkitError("\(row[0]) is a virtual table, which migrate does not move")
            }
            return try table(session, row[0], sql: row[1])
        }
        var catalogue = Catalogue(dialect: .sqlite, tables: tables)
        for kind in ["view", "trigger"] {
            catalogue.leftBehind += try Catalogue.counted(
                session, kind, "SELECT name FROM sqlite_master WHERE type = '\(kind)' ORDER BY 1")
        }
        return catalogue
    }

    private static func table(_ session: any SQLSession, _ name: String, sql: String) throws -> TableShape {
        let rows = try Catalogue.words(
            session, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid", [name])
        let keys = rows.filter { $0[4] != "0" }.sorted { (Int($0[4]) ?? 0) < (Int($1[4]) ?? 0) }.map { $0[0] }
        let columns = rows.map { row in column(row, isOnlyKey: keys == [row[0]]) }
        var table = TableShape(name: TableName(schema: "", name: name), columns: columns, primaryKey: keys)
        table.rows = try session.number("SELECT count(*) FROM \(try Dialect.sqlite.quoted(name))") ?? 0
        table.nativeBefore = [sql.replacing("CREATE TABLE ", with: "CREATE TABLE IF NOT EXISTS ", maxReplacements: 1)]
        let indexes = "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?) ORDER BY 1"
        for row in try Catalogue.words(session, indexes, [name]) where row[2] != "pk" {
            let parts = try Catalogue.words(session, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", [row[0]]).map {
                $0[0]
            }
            let reasons = (parts.contains("") ? ["expression"] : []) + (row[3] == "0" ? [] : ["partial"])
            if reasons.isEmpty {
                table.indexes.append(.init(name: row[0], columns: parts, isUnique: row[1] == "1"))
            } else {
                table.ownIndexes.append(
                    .init(name: row[0], isUnique: row[1] == "1", reason: reasons.joined(separator: ", ")))
            }
        }
        table.nativeAfter = try Catalogue.words(
            session, "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [name]
        ).map { $0[0] }
        try readForeignKeys(session, &table)
        return table
    }

    private static func column(_ row: [String], isOnlyKey: Bool) -> TableShape.Column {
        let type = row[1].uppercased()
        var column = TableShape.Column(
            name: row[0], kind: kind(type), nativeType: row[1], isNullable: row[2] == "0" && row[4] == "0")
        column.isAutomatic = isOnlyKey && type == "INTEGER"
        column.generated = row[5] == "2" || row[5] == "3" ? row[3] : nil
        column.fallback = fallback(row[3])
        if case .native(let text) = column.fallback { column.nativeDefault = text }
        return column
    }

    /// From the type that was declared, by SQLite's own rules of affinity where it is nobody's name.
    static func kind(_ type: String) -> ValueKind {
        let numbers = type.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",").map {
            Int($0.filter { !$0.isWhitespace })
        }
        func has(_ words: String...) -> Bool { words.contains { type.contains($0) } }
        if has("BOOL") { return .boolean }
        if has("DECIMAL", "NUMERIC") {
            return .decimal(precision: numbers.first ?? nil, scale: numbers.count > 1 ? numbers[1] : nil)
        }
        if has("UUID") { return .uuid }
        if has("JSON") { return .json }
        if has("DATETIME", "TIMESTAMP") { return .timestamp }
        if type == "DATE" { return .date }
        if type == "TIME" { return .time }
        if has("INT") { return .integer(bytes: 8) }
        if has("CHAR") { return .text(length: numbers.first ?? nil) }
        if has("CLOB", "TEXT") { return .text(length: nil) }
        if has("BLOB") { return .bytes }
        if has("REAL", "FLOA", "DOUB") { return .double }
        return .text(length: nil)
    }

    static func fallback(_ text: String) -> TableShape.Fallback {
        let lower = text.lowercased()
        if text.isEmpty || lower == "null" { return .none }
        if ["current_timestamp", "datetime('now')", "(datetime('now'))"].contains(lower) { return .now }
        if lower == "true" || lower == "false" { return .number(lower == "true" ? "1" : "0") }
        if Double(text) != nil { return .number(text) }
        guard text.hasPrefix("'"), text.hasSuffix("'"), text.count > 1 else { return .native(text) }
        return .text(String(text.dropFirst().dropLast()).replacing("''", with: "'"))
    }

    private static func readForeignKeys(_ session: any SQLSession, _ table: inout TableShape) throws {
        let query = """
            SELECT id, "table", "from", coalesce("to", ''), on_delete, on_update FROM pragma_foreign_key_list(?) ORDER BY id, seq
            """
        var known: [String: Int] = [:]
        for row in try Catalogue.words(session, query, [table.name.name]) {
            if let place = known[row[0]] {
                table.foreignKeys[place].columns.append(row[2])
                table.foreignKeys[place].referred.append(row[3])
            } else {
                known[row[0]] = table.foreignKeys.count
                table.foreignKeys.append(
                    .init(
                        name: "", columns: [row[2]], table: TableName(schema: "", name: row[1]),
                        referred: row[3].isEmpty ? [] : [row[3]], onDelete: row[4], onUpdate: row[5]))
            }
        }
    }
}
