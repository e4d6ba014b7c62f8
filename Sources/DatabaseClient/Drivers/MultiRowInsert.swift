/// Many rows in one INSERT, batch after batch, for engines without COPY.
struct MultiRowInsert {
    private let rows: BulkRows
    private let engine: DatabaseEngine
    private let batch: Int

    /// - Parameter batch: at most so many rows in one statement.
    init(_ rows: BulkRows, _ engine: DatabaseEngine, batch: Int) {
        self.rows = rows
        self.engine = engine
        self.batch = max(1, min(batch, 30_000 / max(1, rows.columns.count)))
    }

    func run(_ execute: (RenderedSQL) async throws(DriverFailure) -> Int) async throws(DriverFailure) -> Int {
        let head = "INSERT INTO \(try rows.target(for: engine)) VALUES "
        let tuple = "(" + rows.columns.map { _ in "?" }.joined(separator: ", ") + ")"
        var total = 0
        var values: [SQLValue] = []
        var count = 0
        while true {
            let row = try await rows.next()
            if let row {
                values += row
                count += 1
            }
            if count > 0, count == batch || row == nil {
                let text = head + Array(repeating: tuple, count: count).joined(separator: ", ")
                total += try await execute(RenderedSQL(text: text, values: values))
                values.removeAll(keepingCapacity: true)
                count = 0
            }
            if row == nil { return total }
        }
    }
}
