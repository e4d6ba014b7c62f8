/// Rows that wait for another row of their table.
///
/// Of their lines at most `limitBytes` are in memory, with an allowance for what Swift adds. For a row beyond that only the key
/// is kept; the journal has as much of every row that was sent.
struct WaitingRows {
    struct Row: Equatable {
        var key: String
        var line: ArraySlice<UInt8>
    }

    /// About what dictionary, array and strings take for a row.
    private static let allowanceBytes = 200

    /// Of all that wait, those too that had no room.
    private(set) var keys: Set<String> = []
    /// By the row that they wait for.
    private var rows: [String: [Row]] = [:]
    private var bytes = 0
    private let limitBytes: Int

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    mutating func add(_ row: Row, for parent: String) {
        keys.insert(row.key)
        let size = Self.size(row, parent)
        guard bytes + size <= limitBytes else { return }
        bytes += size
        // A copy of its own: the slice would keep the whole piece that was read.
        rows[parent, default: []].append(Row(key: row.key, line: ArraySlice(Array(row.line))))
    }

    /// The row is decided: those that waited for it, in the order in which they came.
    mutating func release(_ parent: String) -> [Row] {
        keys.remove(parent)
        guard let released = rows.removeValue(forKey: parent) else { return [] }
        for row in released { bytes -= Self.size(row, parent) }
        return released
    }

    private static func size(_ row: Row, _ parent: String) -> Int {
        row.line.count + row.key.utf8.count + parent.utf8.count + allowanceBytes
    }
}
