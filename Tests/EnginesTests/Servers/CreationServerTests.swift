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

        @Test func timesOfEachStepFromAWarmCluster() async throws {
            try await EngineFixture.run { fixture in
                let clock = ContinuousClock()
                let fill = try await clock.measure { try await fixture.engine.fillWarmPool(target: 2) }
                print("fill 2", fill)
                for _ in 0..<2 {
                    let site = fixture.site()
                    let bootstrap = try EngineFixture.bootstrap(database: "shop")
                    print("provision", try await clock.measure { try await fixture.engine.provision(site) })
                    print("configure", try await clock.measure { try await fixture.engine.configure(site, settings: EngineFixture.small) })
                    print("start", try await clock.measure { try await fixture.engine.start(site, timeout: .seconds(30)) })
                    print("bootstrap", try await clock.measure { try await fixture.engine.bootstrap(site, bootstrap) })
                    print("facts", await clock.measure { _ = await fixture.engine.facts(of: site) })
                    print("stop", try await clock.measure { try await fixture.engine.stop(site, grace: .seconds(10)) })
                    print("remove", try await clock.measure { try await fixture.engine.remove(site) })
                }
                let site = fixture.site()
                print("cold", try await clock.measure { try await fixture.create(site) })
            }
        }
    }
}
