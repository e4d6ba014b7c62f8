import Foundation
import Logging
import Resources
import Testing

@testable import Engines

extension ServerTests {
    @Suite struct Life {
        @Test func anotherEngineAdoptsARunningServer() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                let other = PostgreSQLEngine(host: fixture.host, logger: Logger(label: "other"))
                guard case .answering(let seen, _) = await other.facts(of: site).server else {
                    Issue.record("not adopted")
                    return
                }
                #expect(seen == process)
                try await other.start(site, timeout: .seconds(10))
                #expect(try fixture.process(site) == process)
            }
        }

        @Test func aKilledServerIsMissedAtOnceAndStartsAgain() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                let ended = Task {
                    await fixture.engine.processEnd(of: site)
                    return ContinuousClock.now
                }
                try await Task.sleep(for: .milliseconds(50))
                let killed = ContinuousClock.now
                kill(process.pid, SIGKILL)
                #expect(await ended.value - killed < .seconds(20))
                #expect(await fixture.engine.facts(of: site).server == .absent)
                #expect(FileSystem.exists(fixture.engine.server(site).pidFile))
                try await fixture.engine.start(site, timeout: .seconds(30))
                #expect(try await fixture.answers(site).bootstrapped)
                #expect(try fixture.process(site) != process)
            }
        }

        @Test func waitingForTheEndCanBeCancelledAndIsOverWithoutAServer() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                await fixture.engine.processEnd(of: site)
                try await fixture.create(site)
                let waiting = Task { await fixture.engine.processEnd(of: site) }
                try await Task.sleep(for: .milliseconds(30))
                waiting.cancel()
                await waiting.value
                #expect(try fixture.process(site).isRunning)
            }
        }

        /// The number in a pid file that outlived its server may belong to a stranger by now.
        @Test func aStalePIDFileIsNoServer() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(10))
                let server = fixture.engine.server(site)
                for pid in [getpid(), 1, 4_000_000] {
                    let text = "\(pid)\n\(server.data)\n1\n5432\n.\n\n  1 2\nready\n"
                    try FileSystem.replace(server.pidFile, with: text, mode: 0o600, owner: fixture.host.user)
                    #expect(await fixture.engine.facts(of: site).server == .absent)
                    try await fixture.engine.stop(site, grace: .seconds(1))
                    try await fixture.engine.start(site, timeout: .seconds(30))
                    try await fixture.engine.stop(site, grace: .seconds(10))
                }
            }
        }

        @Test func aHungServerIsMuteAndCanBeStopped() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                AdminConnections.shared.drop(fixture.engine.server(site))
                kill(process.pid, SIGSTOP)
                #expect(await fixture.engine.facts(of: site).server == .mute(process))
                var ending = PostgreSQLServer.ending(grace: .milliseconds(100))
                ending.steps[1].patience = .milliseconds(100)
                #expect(try await ending.perform(on: process) == SIGKILL)
                try await fixture.engine.stop(site, grace: .seconds(1))
                #expect(PostgreSQLServer.holders.find(under: fixture.directory) == [])
                #expect(await fixture.engine.facts(of: site).server == .absent)
            }
        }

        @Test func aBusyClientDoesNotDelayAStop() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                let busy = try psql.start("SELECT pg_sleep(60)")
                try await Task.sleep(for: .milliseconds(200))
                let took = try await ContinuousClock().measure { try await fixture.engine.stop(site, grace: .seconds(20)) }
                #expect(took < .seconds(18))
                #expect(busy.answer().status != 0)
                #expect(!FileSystem.exists(fixture.engine.server(site).pidFile))
            }
        }

        @Test func aRunningServerIsNotRemoved() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                await #expect(throws: EngineError.self) { try await fixture.engine.remove(site) }
                #expect(try await fixture.answers(site).bootstrapped)
            }
        }

        @Test func aDamagedDirectoryIsReportedAndLeftAlone() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(10))
                let server = fixture.engine.server(site)
                unlink("\(server.data)/global/pg_control")
                #expect(await fixture.engine.facts(of: site).dataDirectory == .damaged(reason: "pg_control is missing"))
                await #expect(throws: EngineError.self) { try await fixture.engine.provision(site) }
                await #expect(throws: EngineError.self) { try await fixture.engine.start(site, timeout: .seconds(5)) }
                #expect(FileSystem.exists("\(server.data)/PG_VERSION"))
            }
        }
    }
}
