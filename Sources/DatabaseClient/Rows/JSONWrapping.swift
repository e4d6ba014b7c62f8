/// Queries around queries, so that the database makes JSON of them and one value crosses.
enum JSONWrapping {
    enum Shape: Sendable {
        case object, array
    }

    /// A query with one row: the JSON, and of how many rows it was made.
    ///
    /// - Parameter columns: the columns of the query, which MySQL and SQLite must be told.
    static func wrap(_ query: SQL, _ shape: Shape, _ engine: DatabaseEngine, columns: [String]) -> SQL {
        switch (engine, shape) {
        case (.postgresql, .array):
            "SELECT coalesce(array_to_json(array_agg(row_to_json(q))), '[]'::json) AS json, count(*) AS rows FROM (\(query)) q"
        case (.postgresql, .object):
            """
            SELECT coalesce((array_agg(row_to_json(q)))[1], '{}'::json) AS json, count(*) AS rows \
            FROM (SELECT * FROM (\(query)) o LIMIT 1) q
            """
        case (.mysql, .array):
            "SELECT coalesce(JSON_ARRAYAGG(\(object(columns, .mysql))), '[]') AS json, count(*) AS rows_ "
                + "FROM (\(query.keepingItsOrder)) q"
        case (.mysql, .object):
            "SELECT \(object(columns, .mysql)) AS json, 1 AS rows_ FROM (\(query.keepingItsOrder)) q LIMIT 1"
        case (.sqlite, .array):
            "SELECT coalesce(json_group_array(\(object(columns, .sqlite))), '[]') AS json, count(*) AS rows FROM (\(query)) q"
        case (.sqlite, .object):
            "SELECT \(object(columns, .sqlite)) AS json, 1 AS rows FROM (\(query)) q LIMIT 1"
        }
    }

    /// - Throws: `DatabaseError.decoding` when the server could not make all of it.
    static func text(of rows: Rows, _ shape: Shape) throws(DatabaseError) -> JSONText {
        guard let row = rows.first else { return JSONText(text: shape == .array ? "[]" : "{}") }
        let json = JSONText(
            text: try row.decode("json", as: String.self), rowCount: try Cell(row: row, column: 1).integer(Int.self))
        // MariaDB answers NULL, with a mere warning, when a value outgrows max_allowed_packet.
        guard json.rowCount == 0 || shape == .object || json.text != "[]" else {
            throw .decoding("The JSON of \(json.rowCount) rows is larger than the server's max_allowed_packet. Use LIMIT.")
        }
        return json
    }

    private static func object(_ columns: [String], _ engine: DatabaseEngine) -> SQL {
        var sql: SQL = engine == .mysql ? "JSON_OBJECT(" : "json_object("
        for (index, column) in columns.enumerated() {
            if index > 0 { sql = sql + ", " }
            sql = sql + "\(column), q.\(SQLIdentifier(column))"
        }
        return sql + ")"
    }
}
