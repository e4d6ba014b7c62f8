internal import DatabaseURLs

/// Moves the rows of one table, batch by batch.
struct TableCopy {
    let table: TableShape
    let source: any SQLSession
    let target: any SQLSession
    let loadsLocal: Bool
    /// A batch is written when it has that many bytes.
    let batchBytes: Int

    private var isNative: Bool { source.dialect == target.dialect }
    private var dialects: Set<Dialect> { [source.dialect, target.dialect] }

    var targetName: TableName { isNative ? table.name : TableScript.renamed(table.name, target.dialect) }

    /// The columns as the target has them.
    var targetColumns: [TableShape.Column] {
        guard !isNative else { return table.copied }
        return table.copied.map { column in
            var other = column
            other.nativeType = TypeMap.type(column.kind, in: target.dialect, isKey: false)
            return other
        }
    }

    /// The fields whose text is normalised before it is compared.
    var normalised: [Int: ValueKind] {
        var kinds: [Int: ValueKind] = [:]
        for (index, column) in table.copied.enumerated() where ValueText.needsNormalising(column.kind, dialects) {
            kinds[index] = column.kind
        }
        return kinds
    }

    /// The places of the key's columns; nil when batches cannot be told apart by it.
    private var keyPlaces: [Int]? {
        let places = table.primaryKey.compactMap { name in table.copied.firstIndex { $0.name == name } }
        guard !places.isEmpty, places.count == table.primaryKey.count else { return nil }
        let isUsable = places.allSatisfy { place in
            switch table.copied[place].kind {
            case .integer, .unsigned64, .uuid, .text, .date, .timestamp, .moment: !table.copied[place].nativeType.hasPrefix("bit")
            default: false
            }
        }
        return isUsable ? places : nil
    }

    /// - Parameters:
    ///   - place: where an earlier run stopped.
    ///   - progress: rows of this table that are there.
    func run(from place: MigrationState.Place, state: MigrationState, progress: (Int) -> Void) throws -> MigrationState.Place {
        var place = place
        let keys = keyPlaces
        let normalised = normalised
        try target.run("BEGIN")
        if place.key == nil {
            place.checksum = RowChecksum()
            try target.run("DELETE FROM \(try targetName.quoted(target.dialect))")
        }
        let sink = RowSink(
            session: target, table: targetName, columns: targetColumns, key: table.primaryKey, isNative: isNative,
            loadsLocal: loadsLocal)
        let rows = try RowSources.open(try query(after: place.key, keys), source, isNative: isNative)
        let reader = BatchReader(rows, batchBytes: batchBytes)
        defer { reader.stop() }
        while let batch = try reader.next() {
            try sink.write(batch.lines, rows: batch.rows)
            place.checksum.add(batch.lines, normalise: normalised)
            progress(place.checksum.rows)
            guard let keys else { continue }
            place.key = key(ofLast: batch.lines, keys)
            try state.save(table.name.description, place)
            try target.run("COMMIT")
            try target.run("BEGIN")
        }
        place.stage = .copied
        try state.save(table.name.description, place)
        try target.run("COMMIT")
        return place
    }

    private func key(ofLast lines: [UInt8], _ places: [Int]) -> [String] {
        let body = lines.dropLast()
        let start = body.lastIndex(of: 0x0A).map { $0 + 1 } ?? body.startIndex
        let fields = LineText.fields(body[start...])
        return places.map { String(decoding: fields[$0] ?? [], as: UTF8.self) }
    }

    private func query(after key: [String]?, _ places: [Int]?) throws -> String {
        let dialect = source.dialect
        var query = try ValueText.select(table.copied, from: table.name, dialect, isNative: isNative)
        guard let places else { return query }
        let names = try places.map { try dialect.quoted(table.copied[$0].name) }.joined(separator: ", ")
        if let key {
            let literals = zip(key, places).map { literal($0, table.copied[$1].kind) }.joined(separator: ", ")
            query += key.count == 1 ? " WHERE \(names) > \(literals)" : " WHERE (\(names)) > (\(literals))"
        }
        return query + " ORDER BY \(names)"
    }

    /// A value of a key that an earlier run has read from this very source.
    private func literal(_ text: String, _ kind: ValueKind) -> String {
        if case .integer = kind, Int64(text) != nil { return text }
        if kind == .unsigned64, UInt64(text) != nil { return text }
        switch source.dialect {
        case .mysql: return MySQLSession.literal(text)
        case .postgresql: return EscapedText.quoting(text, by: "'")
        // A copy between two files has literals already.
        case .sqlite: return SQLiteLiteral.sql(isNative ? text : EscapedText.quoting(text, by: "'"))
        }
    }

    /// Reads the target's rows back.
    func targetChecksum(progress: (Int) -> Void) throws -> RowChecksum {
        let query = try ValueText.select(targetColumns, from: targetName, target.dialect, isNative: isNative)
        let normalised = normalised
        let reader = BatchReader(try RowSources.open(query, target, isNative: isNative), batchBytes: batchBytes)
        defer { reader.stop() }
        var checksum = RowChecksum()
        while let batch = try reader.next() {
            checksum.add(batch.lines, normalise: normalised)
            progress(checksum.rows)
        }
        return checksum
    }
}
