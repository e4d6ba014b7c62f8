internal import DatabaseURLs

/// Reads `information_schema` of MySQL and MariaDB.
enum MySQLCatalogue {
    static func read(_ session: any SQLSession) throws -> Catalogue {
        let isMariaDB = try session.value("SELECT version()")?.contains("MariaDB") ?? false
        let jsonColumns = isMariaDB ? try jsonChecks(session) : []
        let list = """
            SELECT table_name, coalesce(table_rows, 0) FROM information_schema.tables
            WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 1
            """
        let tables = try Catalogue.words(session, list).map { row in
            try table(session, row[0], rows: Int(row[1]) ?? 0, isMariaDB: isMariaDB, jsonColumns)
        }
        var catalogue = Catalogue(dialect: .mysql, tables: tables)
        let views = "SELECT table_name FROM information_schema.views WHERE table_schema = database() ORDER BY 1"
        let routines = "SELECT routine_name FROM information_schema.routines WHERE routine_schema = database() ORDER BY 1"
        let triggers = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY 1"
        catalogue.leftBehind =
            try Catalogue.counted(session, "view", views) + Catalogue.counted(session, "routine", routines)
            + Catalogue.counted(session, "trigger", triggers)
        return catalogue
    }

    /// MariaDB's JSON is `longtext` with a check.
    private static func jsonChecks(_ session: any SQLSession) throws -> Set<[String]> {
        let query = """
            SELECT table_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = database()
            AND check_clause LIKE 'json_valid(%'
            """
        return Set(
            try Catalogue.words(session, query).map { row in
                [row[0], String(row[1].dropFirst("json_valid(`".count).prefix { $0 != "`" })]
            })
    }

    private static func table(
        _ session: any SQLSession, _ name: String, rows: Int, isMariaDB: Bool, _ json: Set<[String]>
    ) throws -> TableShape {
        let columnQuery = """
            SELECT column_name, data_type, column_type, is_nullable, column_default, extra, character_maximum_length,
                numeric_precision, numeric_scale, generation_expression
            FROM information_schema.columns WHERE table_schema = database() AND table_name = ? ORDER BY ordinal_position
            """
        let columns = try session.rows(columnQuery, [name]).map { row in
            try column(row, table: name, isMariaDB: isMariaDB, isJSON: json.contains([name, row[0] ?? ""]))
        }
        var table = TableShape(name: TableName(schema: "", name: name), columns: columns, primaryKey: [])
        table.rows = rows
        try readIndexes(session, &table)
        try readForeignKeys(session, &table)
        let shown = try session.rows("SHOW CREATE TABLE \(try Dialect.mysql.quoted(name))").first.flatMap { $0.last ?? nil } ?? ""
        table.nativeBefore = [withoutForeignKeys(shown)]
        return table
    }

    private static func column(
        _ row: [String?], table: String, isMariaDB: Bool, isJSON: Bool
    ) throws -> TableShape.Column {
        let type = (row[1] ?? "").lowercased()
        let extra = (row[5] ?? "").lowercased()
        let full = (row[2] ?? "").lowercased()
        guard let kind = kind(type, full: full, length: row[6], precision: row[7], scale: row[8]) else {
            throw ToolkitError("\(table).\(row[0] ?? "") is of the type \(type), which migrate does not move")
        }
        var column = TableShape.Column(
            name: row[0] ?? "", kind: isJSON ? .json : kind, nativeType: full, isNullable: row[3] == "YES")
        column.isAutomatic = extra.contains("auto_increment")
        if let expression = row[9], !expression.isEmpty { column.generated = expression }
        if let text = row[4] {
            column.fallback = fallback(text, isMariaDB: isMariaDB, isExpression: extra.contains("default_generated"))
        }
        if case .native(let text) = column.fallback { column.nativeDefault = text }
        return column
    }

    /// Nil for what has no text form that other engines know.
    private static func kind(_ type: String, full: String, length: String?, precision: String?, scale: String?) -> ValueKind? {
        switch type {
        case "tinyint" where full.hasPrefix("tinyint(1)"), "bit" where full == "bit(1)": .boolean
        case "tinyint",
            "smallint" where !full.contains("unsigned"), "year":
            .integer(bytes: 2)
        case "smallint", "mediumint",
            "int" where !full.contains("unsigned"):
            .integer(bytes: 4)
        case "bigint" where full.contains("unsigned"): .unsigned64
        case "int", "bigint", "bit": .integer(bytes: 8)
        case "decimal": .decimal(precision: precision.flatMap { Int($0) }, scale: scale.flatMap { Int($0) })
        case "float": .real
        case "double": .double
        case "char", "varchar", "enum", "set": .text(length: length.flatMap { Int($0) })
        case "tinytext", "text", "mediumtext", "longtext": .text(length: nil)
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": .bytes
        case "date": .date
        case "time": .time
        case "datetime": .timestamp
        case "timestamp": .moment
        case "uuid": .uuid
        case "json": .json
        case "inet4", "inet6": .other
        default: nil
        }
    }

    /// MariaDB writes an expression, MySQL the bare value.
    static func fallback(_ text: String, isMariaDB: Bool, isExpression: Bool) -> TableShape.Fallback {
        let lower = text.lowercased()
        if lower.hasPrefix("current_timestamp") || lower.hasPrefix("now()") { return .now }
        if lower == "uuid()" { return .uuid }
        if isMariaDB, lower == "null" { return .none }
        if Double(text) != nil { return .number(text) }
        if isMariaDB {
            guard text.hasPrefix("'"), text.hasSuffix("'"), text.count > 1 else { return .native(text) }
            return .text(String(text.dropFirst().dropLast()).replacing("''", with: "'"))
        }
        return isExpression ? .native(text) : .text(text)
    }

    private static func readIndexes(_ session: any SQLSession, _ table: inout TableShape) throws {
        let query = """
            SELECT index_name, non_unique, coalesce(column_name, ''), index_type
            FROM information_schema.statistics WHERE table_schema = database() AND table_name = ? ORDER BY 1, seq_in_index
            """
        let parts = try Catalogue.words(session, query, [table.name.name])
        for first in parts.indices where first == 0 || parts[first - 1][0] != parts[first][0] {
            let own = parts[first...].prefix { $0[0] == parts[first][0] }
            let columns = own.map { $0[2] }
            if let reason = reason(columns, type: parts[first][3]) {
                table.ownIndexes.append(.init(name: parts[first][0], isUnique: parts[first][1] == "0", reason: reason))
            } else if parts[first][0] == "PRIMARY" {
                table.primaryKey = columns
            } else {
                table.indexes.append(.init(name: parts[first][0], columns: columns, isUnique: parts[first][1] == "0"))
            }
        }
    }

    /// What other engines do not have; nil for a plain index. MariaDB's UNIQUE on long text is called HASH.
    private static func reason(_ columns: [String], type: String) -> String? {
        if columns.contains("") { return "expression" }
        return ["BTREE", "HASH"].contains(type) ? nil : type.lowercased()
    }

    private static func readForeignKeys(_ session: any SQLSession, _ table: inout TableShape) throws {
        let query = """
            SELECT k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule,
                r.update_rule
            FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
                ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
                AND r.table_name = k.table_name
            WHERE k.table_schema = database() AND k.table_name = ? AND k.referenced_table_name IS NOT NULL
            ORDER BY 1, k.ordinal_position
            """
        for row in try Catalogue.words(session, query, [table.name.name]) {
            if let place = table.foreignKeys.firstIndex(where: { $0.name == row[0] }) {
                table.foreignKeys[place].columns.append(row[1])
                table.foreignKeys[place].referred.append(row[3])
            } else {
                table.foreignKeys.append(
                    .init(
                        name: row[0], columns: [row[1]], table: TableName(schema: "", name: row[2]), referred: [row[3]],
                        onDelete: row[4], onUpdate: row[5]))
            }
        }
    }

    /// The table's own statement with its references left out; they come when all rows are there.
    static func withoutForeignKeys(_ statement: String) -> String {
        let lines = statement.split(separator: "\n", omittingEmptySubsequences: false)
        var kept = lines.filter { !$0.hasPrefix("  CONSTRAINT `") || !$0.contains("FOREIGN KEY (") }.map(String.init)
        if let last = kept.lastIndex(where: { $0.hasPrefix(")") }), last > 0, kept[last - 1].hasSuffix(",") {
            kept[last - 1].removeLast()
        }
        return kept.joined(separator: "\n").replacing("CREATE TABLE `", with: "CREATE TABLE IF NOT EXISTS `", maxReplacements: 1)
    }
}
