/// What a migration did, and whether both sides agree.
public struct MigrationReport: Sendable, Equatable, Codable {
    public struct Table: Sendable, Equatable, Codable {
        public var table: String
        public var sourceRows: Int
        public var targetRows: Int
        public var sourceChecksum: String
        public var targetChecksum: String
        public var isEqual: Bool { sourceRows == targetRows && sourceChecksum == targetChecksum }
    }

    public var tables: [Table] = []
    /// What has no counterpart, and what stayed behind.
    public var notes: [String] = []
    public var seconds = 0.0
    public var copiedRows = 0

    public var isEqual: Bool { tables.allSatisfy(\.isEqual) }
    public var rows: Int { tables.reduce(0) { $0 + $1.sourceRows } }

    public var lines: [String] {
        let rows = tables.map { table in
            [
                TextTable.printable(table.table), Figures.spoken(table.sourceRows), Figures.spoken(table.targetRows),
                table.targetChecksum, table.isEqual ? "equal" : "DIFFERENT",
            ]
        }
        let rate = seconds > 0 ? Int(Double(copiedRows) / seconds) : 0
        let tenths = (seconds * 10).rounded() / 10
        return TextTable.render(["TABLE", "SOURCE", "TARGET", "CHECKSUM", ""], rows)
            + ["\(Figures.spoken(copiedRows)) rows in \(tenths) s (\(Figures.spoken(rate)) rows/s, indexes and checks included)"]
            + notes.map { "note: \(TextTable.printable($0))" }
    }
}
