internal import DatabaseURLs
internal import GRDBSQLite

/// Puts lines into a table, within the transaction that is open.
struct RowSink {
    let session: any SQLSession
    let table: TableName
    /// The columns of the lines, as the target has them.
    let columns: [TableShape.Column]
    let isNative: Bool
    /// False where the server takes no `LOAD DATA LOCAL`; rows go as `INSERT` then.
    let loadsLocal: Bool

    /// - Throws: `SQLFailure` when a single row is refused, changed or left out.
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

/// What SQLite's `quote()` writes, bound again with the same storage class.
enum SQLiteLiteral {
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    static func bind(_ literal: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        switch literal.first {
        case UInt8(ascii: "'"): bind(text: unquoted(literal), at: place, statement)
        case UInt8(ascii: "X"): bind(blob: bytes(ofHex: literal.dropFirst(2).dropLast()), at: place, statement)
        case UInt8(ascii: "N"): sqlite3_bind_null(statement, place)
        default:
            let text = String(decoding: literal, as: UTF8.self)
            if let integer = Int64(text) {
                sqlite3_bind_int64(statement, place, integer)
            } else {
                sqlite3_bind_double(statement, place, Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity))
            }
        }
    }

    static func bind(text: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        text.withUnsafeBytes {
            let start = $0.baseAddress?.assumingMemoryBound(to: CChar.self)
            if let start {
                sqlite3_bind_text(statement, place, start, Int32($0.count), transient)
            } else {
                sqlite3_bind_text(statement, place, "", 0, transient)
            }
        }
    }

    static func bind(blob: [UInt8], at place: Int32, _ statement: OpaquePointer?) {
        if blob.isEmpty {
            sqlite3_bind_zeroblob(statement, place, 0)
        } else {
            blob.withUnsafeBytes { _ = sqlite3_bind_blob(statement, place, $0.baseAddress, Int32($0.count), transient) }
        }
    }

    private static func unquoted(_ literal: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isSecond = false
        for byte in literal.dropFirst().dropLast() {
            if byte == UInt8(ascii: "'"), !isSecond {
                isSecond = true
                result.append(byte)
            } else if byte == UInt8(ascii: "'") {
                isSecond = false
            } else {
                result.append(byte)
                isSecond = false
            }
        }
        return result
    }

    static func bytes(ofHex digits: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            let value = digit <= 57 ? digit &- 48 : (digit | 32) &- 87
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
    }
}
