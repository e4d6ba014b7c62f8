import Foundation
import InMemoryTracing
import Testing
import Tracing

@testable import DatabaseClient

@Suite("Telemetry")
struct TelemetryTests {
    @Test("A statement is a span with the notes' app.result_length, and without values")
    func spans() async throws {
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            try await withDatabase(DatabaseConfiguration(.sqlite(path: DatabaseURL.memory))) { db in
                try await db.execute("CREATE TABLE s (a text)")
                try await db.execute("INSERT INTO s VALUES (\("hunter2")), (\("b"))")
                _ = try await db.jsonArray("SELECT a FROM s")
                await #expect(throws: DatabaseError.self) { try await db.query("SELECT * FROM nowhere") }
            }
        }
        let spans = tracer.finishedSpans
        #expect(spans.count == 4)
        let insert = try #require(spans.first { $0.operationName.hasPrefix("INSERT") })
        #expect(insert.attributes.get("app.result_length") == .int64(2))
        #expect(insert.attributes.get("db.query.text") == .string("INSERT INTO s VALUES (?), (?)"))
        let json = try #require(spans.first { $0.operationName.hasPrefix("SELECT") })
        #expect(json.attributes.get("app.result_length") == .int64(2))
        #expect(spans.contains { $0.attributes.get("db.response.status_code") == .string("42601") && !$0.errors.isEmpty })
        #expect(!spans.contains { "\($0.attributes)".contains("hunter2") })
    }
}
