internal import Foundation

/// What was sent and what was answered, a line of JSON each, appended before and after every request: an interrupted run goes
/// on behind the last answer. The row that was under way is sent again with the same `Idempotency-Key`.
///
/// The first line has the migration's name for its key. A row that was refused without having been sent has no line `sent`.
final class ThroughJournal {
    struct Entry: Codable, Equatable {
        var table: String
        var key: String
        var state: State
        /// The key that the application gave it.
        var newKey: String?
    }

    enum State: String, Codable { case sent, accepted, rejected }

    /// The last entry of each row, by table and key.
    private var last: [String: [String: Entry]] = [:]
    /// Rows that a run before this one refused by itself, for a row that they refer to; by table.
    private var refusedUnsent: [String: Set<String>] = [:]
    private let file: PrivateLines

    /// - Throws: `ToolkitError` for a journal of another migration or a damaged one.
    init(path: String, source: String) throws {
        let former = FileManager.default.contents(atPath: path)
        file = try PrivateLines(path: path)
        try read(former ?? Data(), path: path, source: source)
    }

    private func read(_ data: Data, path: String, source: String) throws {
        var lines = data.split(separator: 0x0A, omittingEmptySubsequences: true)
        // Half a line is one that was being written when the run was killed.
        if data.last != 0x0A, !lines.isEmpty {
            let torn = lines.removeLast()
            try file.truncate(toBytes: data.count - torn.count)
        }
        // A new one, or the run was killed in its very first line, which says which migration this is the journal of.
        guard !lines.isEmpty else { return try append(Entry(table: "", key: source, state: .sent)) }
        for (index, line) in lines.enumerated() {
            let entry: Entry
            do {
                entry = try JSONDecoder().decode(Entry.self, from: Data(line))
            } catch {
                throw ToolkitError("\(path):\(index + 1) is no line of a journal; move the file away to begin anew")
            }
            if index == 0 {
                guard entry.table.isEmpty, ThroughAddress.plainName(entry.key) == source else {
                    throw ToolkitError("\(path) is the journal of another migration; move it away, or give --journal FILE")
                }
            } else {
                let isUnsent = entry.state == .rejected && last[entry.table]?[entry.key] == nil
                keep(entry)
                if isUnsent { refusedUnsent[entry.table, default: []].insert(entry.key) }
            }
        }
    }

    private func keep(_ entry: Entry) {
        last[entry.table, default: [:]][entry.key] = entry
        refusedUnsent[entry.table]?.remove(entry.key)
    }

    func append(_ entry: Entry) throws {
        try file.append(entry)
        if !entry.table.isEmpty { keep(entry) }
    }

    func entry(_ table: String, _ key: String) -> Entry? { last[table]?[key] }

    /// What became of a row; nil when that has to be found out.
    ///
    /// A row that an earlier run refused without having sent it is one of these: earlier versions did so with rows whose parent
    /// came later. It is in the rejects file all the same.
    func decision(_ table: String, _ key: String) -> State? {
        guard let entry = entry(table, key), entry.state != .sent, !wasRefusedUnsent(table, key) else { return nil }
        return entry.state
    }

    /// True until this run has decided about it too.
    func wasRefusedUnsent(_ table: String, _ key: String) -> Bool { refusedUnsent[table]?.contains(key) ?? false }

    /// This run refuses it as the earlier one did: nothing has to be written again.
    func refuseAgain(_ table: String, _ key: String) { refusedUnsent[table]?.remove(key) }

    /// The key that the application knows a row by; nil when it did not accept it.
    func newKey(_ table: String, _ key: String) -> String? {
        guard let entry = entry(table, key), entry.state == .accepted else { return nil }
        return entry.newKey ?? entry.key
    }
}
