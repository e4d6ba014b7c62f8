internal import DatabaseURLs

/// A statement as one engine wants it: text with placeholders, and the values in their order.
struct RenderedSQL: Sendable, Equatable {
    var text: String
    var values: [SQLValue]
}

extension SQL {
    /// `$1`, `$2` … for PostgreSQL, `?` for the others. Names in double quotes, or in MySQL's back quotes.
    func rendered(for engine: DatabaseEngine) throws(DatabaseError) -> RenderedSQL {
        var text = ""
        var values: [SQLValue] = []
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .name(let name): text += try name.quoted(for: engine)
            case .value(let value):
                try value.requireSendable()
                values.append(value)
                if engine == .postgresql { text += "$\(values.count)" } else { text += "?" }
            }
        }
        guard values.count <= Self.parameterLimit else {
            throw .misuse("A statement has at most \(Self.parameterLimit) parameters; this one has \(values.count).")
        }
        return RenderedSQL(text: text, values: values)
    }

    /// What the protocols of PostgreSQL and MySQL can count.
    static let parameterLimit = 65_535
}

extension SQLIdentifier {
    func quoted(for engine: DatabaseEngine) throws(DatabaseError) -> String {
        let mark = engine == .mysql ? "`" : "\""
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
            throw .misuse("A name in SQL is not empty and holds no zero byte.")
        }
        return parts.map { EscapedText.quoting($0, by: mark) }.joined(separator: ".")
    }
}
