import Foundation
import Resources
import Testing

@testable import Engines

/// Tests that start real servers run one after another: each is timed, and two cores are few.
@Suite(.serialized, .enabled(if: EngineFixture.isInstalled, EngineFixture.missing))
struct ServerTests {}

extension ServerTests {
    @Suite struct Creation {
        @Test func aNewServerIsItsMasters() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                #expect(await fixture.engine.facts(of: site) == .init(dataDirectory: .absent, configuration: nil, server: .absent))
                try await fixture.create(site, EngineFixture.bootstrap(database: "shop"))
                let answers = try await fixture.answers(site)
                #expect(answers.bootstrapped)
                #expect(answers.masterGeneration == 1)
                #expect(answers.version == fixture.version)
                #expect(answers.configuration == fixture.engine.fingerprint(site, settings: EngineFixture.small))
                #expect(!answers.restartPending)
                let psql = PSQL(host: fixture.engine.server(site).data, database: "shop")
                #expect(try psql.run("SELECT current_user, current_database()").output == "app|shop")
            }
        }

        @Test func everyStepMayBeRepeated() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                let bootstrap = try EngineFixture.bootstrap(database: "shop")
                try await fixture.create(site, bootstrap)
                let process = try fixture.process(site)
                try await fixture.create(site, bootstrap)
                #expect(try fixture.process(site) == process)
                try await fixture.engine.stop(site, grace: .seconds(10))
                try await fixture.engine.stop(site, grace: .seconds(10))
                try await fixture.engine.remove(site)
                try await fixture.engine.remove(site)
                #expect(await fixture.engine.facts(of: site).dataDirectory == .absent)
            }
        }

        /// A bootstrap that was killed half-way: the roles are there, the note that it is done is not.
        @Test func anInterruptedBootstrapIsCompleted() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                let bootstrap = try EngineFixture.bootstrap(database: "shop")
                try await fixture.create(site, bootstrap)
                try await AdminConnections.shared.use(fixture.engine.server(site)) {
                    try $0.run("UPDATE martlet.facts SET bootstrapped_at = NULL, master_generation = 0", deadline: $1)
                    try $0.run("DROP DATABASE shop", deadline: $1)
                }
                #expect(try await !fixture.answers(site).bootstrapped)
                try await fixture.engine.bootstrap(site, bootstrap)
                #expect(try await fixture.answers(site).bootstrapped)
                let psql = PSQL(host: fixture.engine.server(site).data, database: "shop")
                #expect(try psql.run("SELECT 1").output == "1")
            }
        }

        @Test(arguments: ["postgres", "UPPER", "select_me", "a\"b"]) func masterNamesOfEveryKind(_ name: String) async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site, EngineFixture.bootstrap(name, database: "Mixed Case"))
                let psql = PSQL(host: fixture.engine.server(site).data, user: name, database: "Mixed Case")
                #expect(try psql.run("SELECT current_user").output == name)
            }
        }

        @Test func whereServersCannotWalkTheyAreHandedTheDirectory() async throws {
            try await EngineFixture.run(hidden: true) { fixture in
                let site = fixture.site()
                try await fixture.engine.fillWarmPool(target: 1)
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                #expect(try psql.run("CREATE EXTENSION hstore", "SELECT 'a=>1'::hstore -> 'a'").output == "1")
                try await fixture.engine.stop(site, grace: .seconds(10))
                try await fixture.engine.start(site, timeout: .seconds(30))
                if geteuid() == 0 {
                    let traces = fixture.host.outsideTraces()
                    #expect(traces.count == 1)
                    #expect(traces.allSatisfy { $0.hasPrefix("/tmp/martlet-engines-") })
                }
                try await fixture.engine.stop(site, grace: .seconds(10))
                try fixture.host.removeOutsideTraces()
                #expect(fixture.host.outsideTraces() == [])
            }
        }

        @Test func aPathLongerThanASocketAddressWorks() async throws {
            try await EngineFixture.run(long: true) { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                #expect(fixture.engine.socketPath(of: site).utf8.count > 107)
                #expect(try await fixture.answers(site).bootstrapped)
            }
        }

        @Test func anUnknownVersionIsNotInstalled() async throws {
            try await EngineFixture.run { fixture in
                await #expect(throws: EngineError.notInstalled(engine: "PostgreSQL", version: "9.1")) {
                    try await fixture.engine.provision(ServerSite(id: "db-X", version: "9.1"))
                }
            }
        }
    }
}
