internal import Foundation

/// What was sent and what was answered, a line of JSON each, appended before and after every request: an interrupted run goes
/// on behind the last answer. The row that was under way is sent again with the same `Idempotency-Key`.
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
                guard entry.table.isEmpty, entry.key == source else {
                    throw ToolkitError("\(path) is the journal of another migration; move it away, or give --journal FILE")
                }
            } else {
                keep(entry)
            }
        }
    }

    private func keep(_ entry: Entry) { last[entry.table, default: [:]][entry.key] = entry }

    func append(_ entry: Entry) throws {
        try file.append(entry)
        if !entry.table.isEmpty { keep(entry) }
    }

    func entry(_ table: String, _ key: String) -> Entry? { last[table]?[key] }

    /// The key that the application knows a row by; nil when it did not accept it.
    func newKey(_ table: String, _ key: String) -> String? {
        guard let entry = entry(table, key), entry.state == .accepted else { return nil }
        return entry.newKey ?? entry.key
    }
}
