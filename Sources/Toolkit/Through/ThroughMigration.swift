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

    /// A table on its way, and how its rows are sent.
    private struct Route {
        var table: TableShape
        var names: ThroughMap.Table
        var own: OwnReferences
        /// The tables whose rows the application knows, this one among them.
        var moved: Set<TableName>

        var name: String { table.name.description }
    }

    /// Pauses before another try, in milliseconds.
    static let pausesMs = [200, 1_000, 5_000]
    private static let reasonLimitBytes = 2_000

    /// How much of rows that wait for others is in memory.
    var waitingLimitBytes = 64 << 20

    private let source: any SQLSession
    private let map: ThroughMap
    private let journal: ThroughJournal
    private let rejects: PrivateLines
    private let post: Post
    private let headers: ThroughHeaders
    public let catalogue: Catalogue
    private let primaryKeys: [TableName: [String]]

    /// - Parameters:
    ///   - journal, rejects: files, made with mode 0600; both are added to.
    ///   - name: the source and the application, without the passwords of either.
    ///   - headers: what `post` adds; an answer that quotes them is not written down with them.
    public init(
        from source: any SQLSession, named name: String, map: ThroughMap, journal: String, rejects: String,
        headers: ThroughHeaders = ThroughHeaders(), post: @escaping Post
    ) throws {
        try MigrationSettings.openSource(source)
        self.source = source
        self.map = map
        self.post = post
        self.headers = headers
        catalogue = try Catalogue.read(source)
        primaryKeys = Dictionary(catalogue.tables.map { ($0.name, $0.primaryKey) }) { first, _ in first }
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
            let route = Route(table: table, names: names, own: OwnReferences(table, names), moved: moved)
            outcomes.append(try await move(route, progress))
        }
        return outcomes
    }

    private func move(_ route: Route, _ progress: (String, Int, Int) -> Void) async throws -> Outcome {
        var outcome = Outcome(table: route.name)
        var pass: TablePass? = TablePass(limitBytes: waitingLimitBytes)
        while var current = pass {
            try await read(route, &current, &outcome, progress)
            pass = current.next()
        }
        return outcome
    }

    private func read(
        _ route: Route, _ pass: inout TablePass, _ outcome: inout Outcome, _ progress: (String, Int, Int) -> Void
    ) async throws {
        let rows = try RowSources.open(query(route.table), source)
        var lines: [UInt8] = []
        var number = 0
        while try rows.read(into: &lines, limitBytes: 1 << 16) > 0 {
            for line in LineText.lines(lines) {
                let key = ThroughKey.of(Self.values(line), route.table, line, number: number)
                number += 1
                // An earlier reading of this run has counted it.
                if !pass.isFirst, journal.decision(route.name, key) != nil { continue }
                try await take(.init(key: key, line: line), route, &pass, &outcome, progress)
            }
            lines.removeAll(keepingCapacity: true)
        }
    }

    private func query(_ table: TableShape) throws -> String {
        let keys = try table.primaryKey.map { try source.dialect.quoted($0) }
        return try ValueText.select(table.copied, from: table.name, source.dialect, isNative: false)
            + (keys.isEmpty ? "" : " ORDER BY \(keys.joined(separator: ", "))")
    }

    private static func values(_ line: ArraySlice<UInt8>) -> [String?] {
        LineText.fields(line).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Decides about a row, and then about those that waited for it; or lets it wait.
    private func take(
        _ row: WaitingRows.Row, _ route: Route, _ pass: inout TablePass, _ outcome: inout Outcome,
        _ progress: (String, Int, Int) -> Void
    ) async throws {
        // No recursion: a chain of rows may be as long as the table.
        var due = [row]
        while let row = due.popLast() {
            let values = Self.values(row.line)
            var state = journal.decision(route.name, row.key)
            if state == nil {
                switch pass.step(route.own.parents(of: values), isDecided: { journal.decision(route.name, $0) != nil }) {
                case .wait(let parent):
                    pass.waiting.add(row, for: parent)
                    continue
                case .ring(let parent):
                    let reason = "\(route.name) \(parent), which it refers to, cannot come first: the references make a ring"
                    state = try reject(route.name, row.key, nil, reason)
                case .go: state = try await send(values, row.key, route)
                }
                pass.decided += 1
            }
            outcome.rows += 1
            if state == .accepted { outcome.accepted += 1 } else { outcome.rejected += 1 }
            progress(outcome.table, outcome.rows, route.table.rows)
            due += pass.waiting.release(row.key).reversed()
        }
    }

    /// Accepted or rejected.
    private func send(_ values: [String?], _ key: String, _ route: Route) async throws -> ThroughJournal.State {
        let decision = try ThroughRow.decide(route.table, values, route.names) { reference, key in
            let other = reference.table
            guard route.moved.contains(other), reference.leads(toKey: primaryKeys[other] ?? []) else { return .stays }
            return .moved(newKey: journal.newKey(other.description, key))
        }
        switch decision {
        case .reject(let reason): return try reject(route.name, key, nil, reason)
        case .post(let body):
            try journal.append(.init(table: route.name, key: key, state: .sent))
            let path = route.names.path ?? "/\(route.table.name.name)"
            let answer = try await answer(path, body, ThroughKey.idempotency(route.name, key))
            guard (200..<300).contains(answer.status) else {
                return try reject(route.name, key, answer.status, reason(answer.body))
            }
            let hasOneColumn = route.table.primaryKey.count == 1
            let new = hasOneColumn ? ThroughRow.newKey(answer.body, route.names.answerKey ?? "id") : nil
            try journal.append(.init(table: route.name, key: key, state: .accepted, newKey: new))
            return .accepted
        }
    }

    /// What the application said, without our secrets: they are hidden before it is cut, so that no part of one is left.
    private func reason(_ body: Data) -> String {
        String(decoding: headers.hidden(String(decoding: body, as: UTF8.self)).utf8.prefix(Self.reasonLimitBytes), as: UTF8.self)
    }

    /// An answer about the row. What says that the application is down, or is not there, is tried again and then an error.
    private func answer(_ path: String, _ body: Data, _ key: String) async throws -> (status: Int, body: Data) {
        var problem = ""
        for pause in [0] + Self.pausesMs {
            try await Task.sleep(for: .milliseconds(pause))
            do {
                let answer = try await post(path, body, key)
                if [401, 403].contains(answer.status) {
                    throw ToolkitError(
                        "POST \(path) was answered with \(answer.status): it wants another login. Give the header by "
                            + "--through-header-file, and the same command goes on")
                }
                // A redirect most often leads to a page to log in at, and says nothing about the row.
                if [404, 405].contains(answer.status) || (300..<400).contains(answer.status) {
                    throw ToolkitError("POST \(path) was answered with \(answer.status): is this the application's address?")
                }
                if answer.status < 500, answer.status != 429 { return answer }
                problem = "status \(answer.status)"
            } catch let error as ToolkitError {
                throw error
            } catch {
                problem = headers.hidden("\(error)")
            }
        }
        throw ToolkitError("POST \(path) failed: \(problem). Everything so far is in the journal: the same command goes on")
    }

    private func reject(_ table: String, _ key: String, _ status: Int?, _ reason: String) throws -> ThroughJournal.State {
        if status == nil, journal.wasRefusedUnsent(table, key) {
            journal.refuseAgain(table, key)
        } else {
            try rejects.append(Rejection(table: table, key: key, status: status, reason: reason))
            try journal.append(.init(table: table, key: key, state: .rejected))
        }
        return .rejected
    }
}
