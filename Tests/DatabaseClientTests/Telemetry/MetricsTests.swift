import Metrics
import MetricsTestKit
import Testing

@testable import DatabaseClient

@Suite("Metrics")
struct MetricsTests {
    @Test("Statements, waits and connections are counted")
    func counts() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await withDatabase(DatabaseConfiguration(.sqlite(path: DatabaseURL.memory))) { db in
                try await db.execute("CREATE TABLE m (a int)")
                await #expect(throws: DatabaseError.self) { try await db.query("SELECT * FROM nowhere") }
            }
        }
        let system = [("system", "sqlite")]
        #expect(try metrics.expectTimer("database.statement.duration", system).values.count == 1)
        #expect(try metrics.expectCounter("database.statement.errors", system).values == [1])
        #expect(try !metrics.expectTimer("database.pool.wait", [("pool", "writer")]).values.isEmpty)
        #expect(try metrics.expectGauge("database.pool.waiting", [("pool", "writer")]).lastValue != nil)
    }
}
