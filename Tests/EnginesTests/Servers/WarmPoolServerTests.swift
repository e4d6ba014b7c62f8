import Foundation
import Testing

@testable import Engines

extension ServerTests {
    @Suite struct Pool {
        private func pool(_ fixture: EngineFixture) throws -> WarmPool {
            fixture.engine.pool(try #require(fixture.engine.installations.last))
        }

        @Test func concurrentCreationsNeverShareACluster() async throws {
            try await EngineFixture.run { fixture in
                try await fixture.engine.fillWarmPool(target: 2)
                #expect(try pool(fixture).ready().count == 2)
                let sites = (0..<4).map { _ in fixture.site() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for site in sites { group.addTask { try await fixture.create(site) } }
                    try await group.waitForAll()
                }
                #expect(try pool(fixture).ready() == [])
                var identifiers: Set<String> = []
                for site in sites {
                    let rows = try await AdminConnections.shared.use(fixture.engine.server(site)) {
                        try $0.run("SELECT system_identifier FROM pg_control_system()", deadline: $1)
                    }
                    identifiers.insert(try #require(rows.first?.first ?? nil))
                }
                #expect(identifiers.count == 4)
                #expect(Set(try sites.map { try fixture.engine.server($0).password() }).count == 4)
            }
        }

        @Test func unfinishedEntriesAreNeverUsedAndCleanedUp() async throws {
            try await EngineFixture.run { fixture in
                try await fixture.engine.fillWarmPool(target: 1)
                let directory = fixture.host.poolDirectory(engine: "postgres", version: fixture.version)
                try FileSystem.makeDirectory("\(directory)/dead.partial", mode: 0o700)
                try FileSystem.replace("\(directory)/dead.partial/rdsadmin.password", with: "x", mode: 0o600)
                try FileSystem.makeDirectory("\(fixture.directory)/pool/postgres-1.1", mode: 0o700)
                #expect(try pool(fixture).ready().count == 1)
                try await fixture.engine.fillWarmPool(target: 1)
                #expect(FileSystem.names(in: directory) == (try pool(fixture).ready()))
                #expect(FileSystem.names(in: "\(fixture.directory)/pool") == ["postgres-\(fixture.version)"])
            }
        }

        /// What a killed control plane leaves: a directory half-made, and the server that was at work in it.
        @Test func aServerLeftBehindByAKilledFillIsEnded() async throws {
            try await EngineFixture.run { fixture in
                let installation = try #require(fixture.engine.installations.last)
                let tree = try fixture.engine.preparedTree(installation)
                let partial = "\(fixture.host.poolDirectory(engine: "postgres", version: fixture.version))/left.partial"
                try fixture.host.makePassage("pool", "postgres-\(fixture.version)", "left.partial")
                try await PostgreSQLClusterMaker(host: fixture.host, tree: tree).make(partial, warm: false)
                let server = PostgreSQLServer(host: fixture.host, directory: partial)
                let options = ["listen_addresses=", "unix_socket_directories=."]
                try await server.start(tree, options: options, timeout: .seconds(30))
                #expect(PostgreSQLServer.holders.find(under: partial).count > 1)
                try await fixture.engine.fillWarmPool(target: 0)
                #expect(PostgreSQLServer.holders.find(under: fixture.directory) == [])
                #expect(!FileSystem.exists(partial))
            }
        }

        @Test func anInstanceDirectoryThatHoldsALogGetsTheParts() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                let directory = fixture.engine.server(site).directory
                try await fixture.engine.fillWarmPool(target: 1)
                try fixture.host.makePassage("instances", site.id)
                try FileSystem.makeDirectory("\(directory)/log", mode: 0o700)
                try await fixture.create(site)
                #expect(try await fixture.answers(site).bootstrapped)
                #expect(try pool(fixture).ready() == [])
            }
        }

        @Test func aCancelledFillLeavesNothing() async throws {
            try await EngineFixture.run { fixture in
                let filling = Task { try await fixture.engine.fillWarmPool(target: 5) }
                try await Task.sleep(for: .milliseconds(300))
                filling.cancel()
                await #expect(throws: (any Error).self) { try await filling.value }
                #expect(PostgreSQLServer.holders.find(under: fixture.directory) == [])
                let directory = fixture.host.poolDirectory(engine: "postgres", version: fixture.version)
                #expect(FileSystem.names(in: directory).filter { $0.hasSuffix(".partial") } == [])
            }
        }

        /// The promise of the warm pool; by hand (initdb, start, createuser) it takes about a second on the same machine.
        @Test func warmClustersServeOneAfterTheOther() async throws {
            try await EngineFixture.run { fixture in
                try await fixture.engine.fillWarmPool(target: 3)
                var best = Duration.seconds(60)
                for _ in 0..<3 {
                    let site = fixture.site()
                    let bootstrap = try EngineFixture.bootstrap(database: "shop")
                    let took = try await ContinuousClock().measure { try await fixture.create(site, bootstrap) }
                    best = min(best, took)
                }
                // `scripts/bench create` measures; here it is only told.
                print("a warm cluster was usable after \(best)")
                #expect(await fixture.engine.facts(of: fixture.site()).server == .absent)
            }
        }
    }
}
