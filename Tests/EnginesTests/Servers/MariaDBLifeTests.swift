import Foundation
import Resources
import Testing

@testable import Engines

extension MariaDBServerTests {
    @Suite struct Life {
        @Test func anotherEngineAdoptsARunningServer() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                let other = MariaDBFixture.engine(fixture.host)
                guard case .answering(let seen, _) = await other.facts(of: site).server else {
                    Issue.record("not adopted")
                    return
                }
                #expect(seen == process)
                try await other.start(site, timeout: .seconds(10))
                #expect(try fixture.process(site) == process)
            }
        }

        /// We were killed between starting it and noting it.
        @Test func aServerThatWasNeverNotedIsAdoptedToo() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                unlink(fixture.engine.server(site).processFile)
                #expect(await fixture.engine.facts(of: site).server == .absent)
                try await fixture.engine.start(site, timeout: .seconds(10))
                #expect(try fixture.process(site) == process)
            }
        }

        @Test func aKilledServerIsMissedAtOnceAndStartsAgain() async throws {
            try await MariaDBFixture.run { fixture in
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
                try await fixture.engine.start(site, timeout: .seconds(60))
                #expect(try await fixture.answers(site).bootstrapped)
                #expect(try fixture.process(site) != process)
            }
        }

        /// The number in a note that outlived its server may belong to a stranger by now.
        @Test func aStaleNoteIsNoServer() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(20))
                let server = fixture.engine.server(site)
                for pid in [getpid(), 1, 4_000_000] {
                    let note = MariaDBProcessNote(running: pid) ?? MariaDBProcessNote(pid: pid, startTicks: 1)
                    try FileSystem.replace(server.processFile, with: note.text, mode: 0o600)
                    #expect(await fixture.engine.facts(of: site).server == .absent)
                }
                try await fixture.engine.start(site, timeout: .seconds(60))
            }
        }

        @Test func aHungServerIsMuteAndCanBeStopped() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                kill(process.pid, SIGSTOP)
                // A signal stops one thread after another.
                for _ in 0..<200 where ProcessStatus.of(process.pid)?.state != "T" {
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await Task.sleep(for: .milliseconds(100))
                let took = await ContinuousClock().measure {
                    // First on the idle connection, then on a new one.
                    #expect(await fixture.engine.facts(of: site).server == .mute(process))
                    #expect(await fixture.engine.facts(of: site).server == .mute(process))
                }
                #expect(took < .seconds(40))
                #expect(try await MariaDBServer.ending(grace: .milliseconds(100)).perform(on: process) == SIGKILL)
                try await fixture.engine.stop(site, grace: .seconds(1))
                #expect(MariaDBServer.holders.find(under: fixture.directory) == [])
                #expect(await fixture.engine.facts(of: site).server == .absent)
            }
        }

        @Test func aBusyClientDoesNotDelayAStop() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                let busy = try client.start("SELECT SLEEP(60)")
                try await Task.sleep(for: .milliseconds(300))
                let took = try await ContinuousClock().measure { try await fixture.engine.stop(site, grace: .seconds(20)) }
                #expect(took < .seconds(18))
                _ = busy.answer()
            }
        }

        @Test func aRunningServerIsNotRemoved() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                await #expect(throws: EngineError.self) { try await fixture.engine.remove(site) }
                #expect(try await fixture.answers(site).bootstrapped)
            }
        }

        @Test func aDamagedDirectoryIsReportedAndLeftAlone() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(20))
                let server = fixture.engine.server(site)
                unlink("\(server.data)/ibdata1")
                #expect(await fixture.engine.facts(of: site).dataDirectory == .damaged(reason: "ibdata1 is missing"))
                await #expect(throws: EngineError.self) { try await fixture.engine.provision(site) }
                await #expect(throws: EngineError.self) { try await fixture.engine.start(site, timeout: .seconds(5)) }
                #expect(FileSystem.exists(server.versionFile))
            }
        }
    }
}
