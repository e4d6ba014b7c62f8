import Foundation
import Testing

@testable import Engines

extension ServerTests {
    /// What sessions do with memory.
    @Suite struct Memory {
        @Test func aSessionKeepsTheMemoryOfAStatementForTheNext() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let server = fixture.engine.server(site)
                let psql = PSQL(host: server.data, user: "rdsadmin", password: try server.password())
                // JSON of some 120 kB, made and freed.
                let statement = "SELECT length(json_agg(repeat('x', 300))::text) FROM generate_series(1, 400)"
                let faults = "SELECT 'faults ' || split_part(pg_read_file('/proc/self/stat', 0, 400), ' ', 10)"
                let answer = try psql.run(
                    statement, statement, faults, statement, statement, statement, statement, statement, faults)
                #expect(answer.status == 0, "\(answer.errors)")
                let counts = answer.output.split(separator: "\n").filter { $0.hasPrefix("faults ") }.compactMap {
                    Int($0.dropFirst(7))
                }
                try #require(counts.count == 2, "\(answer.output)")
                #expect(counts[1] - counts[0] < 100, "pages were given back and asked for again: \(counts)")
            }
        }
    }
}
