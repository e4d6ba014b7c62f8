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

    private(set) var last: [String: [String: Entry]] = [:]
    /// For each table: old key to new, of what was accepted.
    private(set) var newKeys: [String: [String: String]] = [:]
    private let file: FileHandle
    private let encoder = JSONEncoder()

    /// - Throws: `ToolkitError` for a journal of another migration or a damaged one.
    init(path: String, source: String) throws {
        let former = FileManager.default.contents(atPath: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ToolkitError("\(path): \(String(cString: strerror(errno)))") }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let former, !former.isEmpty else {
            try append(Entry(table: "", key: source, state: .sent))
            return
        }
        try read(former, path: path, source: source)
    }

    private func read(_ data: Data, path: String, source: String) throws {
        var lines = data.split(separator: 0x0A, omittingEmptySubsequences: true)
        // Half a line is one that was being written when the run was killed.
        if data.last != 0x0A, !lines.isEmpty {
            let torn = lines.removeLast()
            try file.truncate(atOffset: UInt64(data.count - torn.count))
        }
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

    private func keep(_ entry: Entry) {
        last[entry.table, default: [:]][entry.key] = entry
        if entry.state == .accepted { newKeys[entry.table, default: [:]][entry.key] = entry.newKey ?? entry.key }
    }

    func append(_ entry: Entry) throws {
        try file.write(contentsOf: encoder.encode(entry) + Data("\n".utf8))
        if !entry.table.isEmpty { keep(entry) }
    }

    func entry(_ table: String, _ key: String) -> Entry? { last[table]?[key] }
}
