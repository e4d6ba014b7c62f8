internal import Metrics
internal import Tracing

/// Spans through swift-distributed-tracing, and metrics through swift-metrics. Free when neither is set up.
struct Telemetry: Sendable {
    /// Nil when no tracer was set up before the database was made.
    private let tracer: (any Tracer)?
    private let duration: Timer
    private let errors: Counter
    private let system: String
    private let name: String
    private let address: String

    init(_ url: DatabaseURL) {
        let tracer = InstrumentationSystem.tracer
        self.tracer = tracer is NoOpTracer ? nil : tracer
        system = url.engine.rawValue
        name = url.database ?? ""
        address = url.host ?? ""
        duration = Timer(label: "database.statement.duration", dimensions: [("system", url.engine.rawValue)])
        errors = Counter(label: "database.statement.errors", dimensions: [("system", url.engine.rawValue)])
    }

    /// Runs one statement in a span. The statement's text is noted with its placeholders, never its values.
    func statement(_ text: String, _ body: () async throws -> Rows) async throws -> Rows {
        let began = ContinuousClock.now
        do {
            let rows = try await traced(text, body)
            duration.record(duration: ContinuousClock.now - began)
            return rows
        } catch {
            errors.increment()
            throw error
        }
    }

    private func traced(_ text: String, _ body: () async throws -> Rows) async throws -> Rows {
        guard let tracer else { return try await body() }
        let operation = text.prefix { $0 != " " && $0 != "\n" && $0 != "(" }.uppercased()
        return try await tracer.withAnySpan("\(operation) \(name)", ofKind: .client) { span in
            span.attributes["db.system.name"] = system
            span.attributes["db.namespace"] = name
            span.attributes["db.operation.name"] = operation
            span.attributes["db.query.text"] = text
            span.attributes["server.address"] = address
            do {
                let rows = try await body()
                span.attributes["app.result_length"] = Self.resultLength(of: rows)
                return rows
            } catch {
                if let state = (error as? DatabaseError)?.sqlState { span.attributes["db.response.status_code"] = state }
                throw error
            }
        }
    }

    /// The notes' `len(results)`: rows; for JSON that the database made, the rows it was made of.
    static func resultLength(of rows: Rows) -> Int {
        let isJSON = rows.columns.count == 2 && rows.columns[0] == "json" && rows.columns[1].hasPrefix("rows") && rows.count == 1
        guard isJSON, let row = rows.first, case .int(let count) = row[1] else {
            return rows.isEmpty ? rows.affectedRows : rows.count
        }
        return Int(count)
    }
}
