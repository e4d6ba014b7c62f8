internal import DatabaseURLs
internal import GRDBSQLite

/// Puts lines into a table, within the transaction that is open.
struct RowSink {
    let session: any SQLSession
    let table: TableName
    /// The columns of the lines, as the target has them.
    let columns: [TableShape.Column]
    /// The names of the key's columns, to name a row that is refused.
    let key: [String]
    let isNative: Bool
    /// False where the server takes no `LOAD DATA LOCAL`; rows go as `INSERT` then.
    let loadsLocal: Bool

    /// - Throws: `SQLFailure` when a single row is refused, changed or left out, `ToolkitError` when no server need be asked.
    func write(_ lines: [UInt8], rows: Int) throws {
        if let server = session as? PostgreSQLSession {
            try copy(lines, server)
        } else if let server = session as? MySQLSession {
            try loadsLocal ? load(lines, rows: rows, server) : insert(lines, server)
        } else if let file = session as? SQLiteSession {
            try insert(lines, file)
        }
    }

    private func copy(_ lines: [UInt8], _ server: PostgreSQLSession) throws {
        if let place = lines.withUnsafeBytes({ $0.firstIndex(of: 0) }) { throw refusal(lines, at: place) }
        let names = try columns.map { try Dialect.postgresql.quoted($0.name) }.joined(separator: ", ")
        let statement = "COPY \(try table.quoted(.postgresql)) (\(names)) FROM STDIN"
        try server.copyIn(statement) { put in
            try lines.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
                    try put(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + (1 << 20), bytes.count)]))
                }
            }
        }
    }

    /// The server would say where in its COPY, which is nobody's row number.
    private func refusal(_ lines: [UInt8], at place: Int) -> ToolkitError {
        let line = lines[..<place].lastIndex(of: 0x0A).map { lines[($0 + 1)...] } ?? lines[...]
        let fields = LineText.fields(line.prefix { $0 != 0x0A })
        let column = fields.firstIndex { $0?.contains(0) == true }.map { ".\(columns[$0].name)" } ?? ""
        let values = zip(columns, fields).filter { key.contains($0.0.name) }.map { column, value in
            "\(column.name) = \(value.map { String(decoding: $0, as: UTF8.self) } ?? "NULL")"
        }
        let row = values.isEmpty ? "a row" : "the row with \(TextTable.printable(values.joined(separator: ", ")))"
        return ToolkitError("\(table)\(column): \(row) has a character NUL, which PostgreSQL's text cannot hold")
    }

    // MARK: MySQL

    /// With LOCAL the server turns errors into warnings; here a warning is an error.
    private func load(_ lines: [UInt8], rows: Int, _ server: MySQLSession) throws {
        var targets: [String] = []
        var changes: [String] = []
        for (index, column) in columns.enumerated() {
            let name = try Dialect.mysql.quoted(column.name)
            if let change = Self.change(column, "@v\(index)") {
                targets.append("@v\(index)")
                changes.append("\(name) = \(change)")
            } else {
                targets.append(name)
            }
        }
        let set = changes.isEmpty ? "" : " SET \(changes.joined(separator: ", "))"
        var chunks = [LineText.forMySQL(lines)]
        server.onNotice = nil
        let outcome = try server.load(
            "LOAD DATA LOCAL INFILE 'rows' INTO TABLE \(try table.quoted(.mysql)) CHARACTER SET utf8mb4 "
                + "(\(targets.joined(separator: ", ")))\(set)"
        ) { chunks.popLast() ?? [] }
        let warnings = try server.rows("SHOW WARNINGS LIMIT 1")
        if let first = warnings.first, first.count == 3 { throw SQLFailure("\(table): \(first[2] ?? "a row was changed")") }
        let taken = Int(outcome.tag.split(separator: " ").last ?? "") ?? rows
        guard taken == rows else { throw SQLFailure("\(table): the server took \(taken) of \(rows) rows") }
    }

    /// What must be made of the text first; nil for nothing.
    private static func change(_ column: TableShape.Column, _ value: String) -> String? {
        if column.nativeType.hasPrefix("bit") { return "CAST(\(value) AS UNSIGNED)" }
        return column.kind == .bytes ? "UNHEX(SUBSTR(\(value), 3))" : nil
    }

    private func insert(_ lines: [UInt8], _ server: MySQLSession) throws {
        let names = try columns.map { try Dialect.mysql.quoted($0.name) }.joined(separator: ", ")
        let all = LineText.lines(lines)
        for start in stride(from: 0, to: all.count, by: 500) {
            let values = all[start..<min(start + 500, all.count)].map { line in
                let fields = zip(LineText.fields(line), columns).map { field, column in
                    let literal = MySQLSession.literal(field.map { String(decoding: $0, as: UTF8.self) })
                    return Self.change(column, literal) ?? literal
                }
                return "(\(fields.joined(separator: ", ")))"
            }
            try server.run("INSERT INTO \(try table.quoted(.mysql)) (\(names)) VALUES \(values.joined(separator: ", "))")
        }
    }

    // MARK: SQLite

    private func insert(_ lines: [UInt8], _ file: SQLiteSession) throws {
        let names = try columns.map { try Dialect.sqlite.quoted($0.name) }.joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let statement = try file.prepare("INSERT INTO \(try table.quoted(.sqlite)) (\(names)) VALUES (\(marks))")
        defer { sqlite3_finalize(statement) }
        for line in LineText.lines(lines) {
            sqlite3_reset(statement)
            for (index, field) in LineText.fields(line).enumerated() {
                bind(field, at: Int32(index + 1), columns[index].kind, statement)
            }
            _ = try file.step(statement)
        }
    }

    private func bind(_ field: [UInt8]?, at place: Int32, _ kind: ValueKind, _ statement: OpaquePointer?) {
        guard let field else {
            sqlite3_bind_null(statement, place)
            return
        }
        if isNative { return SQLiteLiteral.bind(field, at: place, statement) }
        if kind == .bytes {
            return SQLiteLiteral.bind(blob: SQLiteLiteral.bytes(ofHex: field.dropFirst(2)), at: place, statement)
        }
        SQLiteLiteral.bind(text: field, at: place, statement)
    }
}
