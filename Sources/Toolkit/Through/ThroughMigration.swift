internal import DatabaseURLs
public import Foundation

/// Moves rows through an application, one by one, so that its rules apply: validation, hashing of passwords, unique names.
public final class ThroughMigration {
    /// Sends one row. The key makes a repeated request recognisable.
    public typealias Post = (_ path: String, _ body: Data, _ idempotencyKey: String) async throws -> (status: Int, body: Data)

    public struct Outcome: Sendable, Equatable, Codable {
        public var table: String
        public var rows = 0
        public var accepted = 0
        public var rejected = 0
    }

    private struct Rejection: Encodable {
        var table: String
        var key: String
        var status: Int?
        var reason: String
    }

    /// Pauses before another try, in milliseconds.
    static let pausesMs = [200, 1_000, 5_000]
    private static let reasonLimit = 2_000

    private let source: any SQLSession
    private let map: ThroughMap
    private let journal: ThroughJournal
    private let rejects: PrivateLines
    private let post: Post
    public let catalogue: Catalogue

    /// - Parameters:
    ///   - journal, rejects: files, made with mode 0600; both are added to.
    ///   - name: the source without its password, and the application.
    public init(
        from source: any SQLSession, named name: String, map: ThroughMap, journal: String, rejects: String, post: @escaping Post
    ) throws {
        try MigrationSettings.openSource(source)
        self.source = source
        self.map = map
        self.post = post
        catalogue = try Catalogue.read(source)
        let unknown = map.unknown(among: Set(catalogue.tables.map(\.name.description)))
        guard unknown.isEmpty else {
            throw ToolkitError("the map names tables that are not there: \(unknown.joined(separator: ", "))")
        }
        self.journal = try ThroughJournal(path: journal, source: name)
        self.rejects = try PrivateLines(path: rejects)
    }

    /// - Throws: `ToolkitError` when the application itself fails; what was answered so far is in the journal.
    public func run(progress: (String, Int, Int) -> Void) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        var moved: Set<TableName> = []
        for table in catalogue.tables {
            guard let names = map.table(table.name.description) else { continue }
            // A tree's rows refer to rows of their own table.
            moved.insert(table.name)
            outcomes.append(try await move(table, names, moved, progress))
        }
        return outcomes
    }

    private func move(
        _ table: TableShape, _ names: ThroughMap.Table, _ moved: Set<TableName>, _ progress: (String, Int, Int) -> Void
    ) async throws -> Outcome {
        var outcome = Outcome(table: table.name.description)
        let rows = try RowSources.open(query(table), source)
        var lines: [UInt8] = []
        while try rows.read(into: &lines, limitBytes: 1 << 16) > 0 {
            for line in LineText.lines(lines) {
                let accepted = try await send(line, table, names, moved, number: outcome.rows)
                outcome.rows += 1
                if accepted { outcome.accepted += 1 } else { outcome.rejected += 1 }
                progress(outcome.table, outcome.rows, table.rows)
            }
            lines.removeAll(keepingCapacity: true)
        }
        return outcome
    }

    private func query(_ table: TableShape) throws -> String {
        let keys = try table.primaryKey.map { try source.dialect.quoted($0) }
        return try ValueText.select(table.copied, from: table.name, source.dialect, isNative: false)
            + (keys.isEmpty ? "" : " ORDER BY \(keys.joined(separator: ", "))")
    }

    /// True when the application has it.
    private func send(
        _ line: ArraySlice<UInt8>, _ table: TableShape, _ names: ThroughMap.Table, _ moved: Set<TableName>, number: Int
    ) async throws -> Bool {
        let values = LineText.fields(line).map { $0.map { String(decoding: $0, as: UTF8.self) } }
        let name = table.name.description
        let key = key(of: values, table, line, number)
        if let entry = journal.entry(name, key), entry.state != .sent { return entry.state == .accepted }
        let decision = try ThroughRow.decide(table, values, names) { other, key in
            moved.contains(other) ? .moved(newKey: journal.newKey(other.description, key)) : .stays
        }
        switch decision {
        case .reject(let reason):
            try reject(name, key, nil, reason)
            return false
        case .post(let body):
            try journal.append(.init(table: name, key: key, state: .sent))
            let answer = try await answer(names.path ?? "/\(table.name.name)", body, "martlet-\(name)-\(key)")
            guard (200..<300).contains(answer.status) else {
                try reject(name, key, answer.status, String(decoding: answer.body.prefix(Self.reasonLimit), as: UTF8.self))
                return false
            }
            let new = table.primaryKey.count == 1 ? try ThroughRow.newKey(answer.body, names.answerKey ?? "id") : nil
            try journal.append(.init(table: name, key: key, state: .accepted, newKey: new))
            return true
        }
    }

    /// The primary key; without one the row itself and its number.
    private func key(of values: [String?], _ table: TableShape, _ line: ArraySlice<UInt8>, _ number: Int) -> String {
        let parts = zip(table.copied, values).filter { table.primaryKey.contains($0.0.name) }.map { $0.1 ?? "" }
        if parts.count > 1 { return parts.map(Self.escaped).joined(separator: "|") }
        if let only = parts.first { return only }
        return "\(number)-" + String(Array(line).withUnsafeBufferPointer { RowChecksum.hash($0) }, radix: 16)
    }

    /// `a|b` and `c` are another key than `a` and `b|c`.
    private static func escaped(_ part: String) -> String {
        part.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "|", with: "\\|")
    }

    /// An answer about the row. What says that the application is down, or is not there, is tried again and then an error.
    private func answer(_ path: String, _ body: Data, _ key: String) async throws -> (status: Int, body: Data) {
        var problem = ""
        for pause in [0] + Self.pausesMs {
            try await Task.sleep(for: .milliseconds(pause))
            do {
                let answer = try await post(path, body, key)
                if [401, 403, 404, 405].contains(answer.status) {
                    throw ToolkitError("POST \(path) was answered with \(answer.status): is this the application's address?")
                }
                if answer.status < 500, answer.status != 429 { return answer }
                problem = "status \(answer.status)"
            } catch let error as ToolkitError {
                throw error
            } catch {
                problem = "\(error)"
            }
        }
        throw ToolkitError("POST \(path) failed: \(problem). Everything so far is in the journal: the same command goes on")
    }

    private func reject(_ table: String, _ key: String, _ status: Int?, _ reason: String) throws {
        try rejects.append(Rejection(table: table, key: key, status: status, reason: reason))
        try journal.append(.init(table: table, key: key, state: .rejected))
    }
}
