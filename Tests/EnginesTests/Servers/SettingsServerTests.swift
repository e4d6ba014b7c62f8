import Foundation
import Resources
import Testing

@testable import Engines

extension ServerTests {
    @Suite struct Settings {
        private static let larger = ServerSettings.standard(DBInstanceClass(name: "db.t3.small", vCPUs: 2, memoryMiB: 2048))

        @Test func anotherClassNeedsARestartAndTakesEffect() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                #expect(try psql.run("SHOW max_connections", "SHOW shared_buffers").output == "112\n256MB")
                try await fixture.engine.configure(site, settings: Self.larger)
                let wanted = fixture.engine.fingerprint(site, settings: Self.larger)
                #expect(await fixture.engine.facts(of: site).configuration == wanted)
                #expect(try await fixture.answers(site).configuration != wanted)
                try await fixture.engine.reload(site)
                #expect(try await fixture.answers(site).configuration == wanted)
                #expect(try await fixture.answers(site).restartPending)
                try await fixture.engine.stop(site, grace: .seconds(10))
                try await fixture.engine.start(site, timeout: .seconds(30))
                #expect(try await !fixture.answers(site).restartPending)
                #expect(try psql.run("SHOW max_connections", "SHOW shared_buffers").output == "225\n512MB")
            }
        }

        @Test func aNewPasswordWorksOnTheNextLogin() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let verifier = try SCRAMVerifier.make(password: "another password").description
                let master = DBInstance.MasterUser(username: "app", verifier: verifier, generation: 2)
                try await fixture.engine.applyMasterPassword(site, master)
                #expect(try await fixture.answers(site).masterGeneration == 2)
                var psql = PSQL(host: fixture.engine.server(site).data)
                #expect(try psql.run("SELECT 1").status != 0)
                psql.password = "another password"
                #expect(try psql.run("ALTER USER app PASSWORD 'by my own hand'").status == 0)
                // The same generation again: the password that the user set since then stays.
                try await fixture.engine.applyMasterPassword(site, master)
                psql.password = "by my own hand"
                #expect(try psql.run("SELECT 1").output == "1")
                let log = try fixture.logs(of: site)
                #expect(log.contains("password authentication failed"), "the log is what we think it is")
                #expect(!log.contains("SCRAM-SHA-256"))
            }
        }

        @Test func aRefusedSettingIsTheReasonForNotStarting() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(10))
                let server = fixture.engine.server(site)
                let settings = try #require(FileSystem.read(server.settingsFile))
                try FileSystem.replace(
                    server.settingsFile, with: settings + "max_connections = 'many'\n", mode: 0o600, owner: fixture.host.user)
                await #expect {
                    try await fixture.engine.start(site, timeout: .seconds(30))
                } throws: { error in
                    guard case EngineError.exitedAtStart(let message, true) = error else { return false }
                    return message.contains("max_connections")
                }
                try await fixture.engine.configure(site, settings: EngineFixture.small)
                try await fixture.engine.start(site, timeout: .seconds(30))
            }
        }

        @Test func aForeignAdministratorPasswordIsDamage() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let server = fixture.engine.server(site)
                try await fixture.engine.stop(site, grace: .seconds(10))
                try FileSystem.replace(server.passwordFile, with: "something else", mode: 0o600)
                await #expect(throws: EngineError.damaged(what: "the server does not accept rdsadmin.password")) {
                    try await fixture.engine.start(site, timeout: .seconds(30))
                }
                #expect(await fixture.engine.facts(of: site).server == .mute(try fixture.process(site)))
            }
        }

        @Test func aClassLargerThanTheHostIsOutOfMemory() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.engine.provision(site)
                let giant = DBInstanceClass(name: "db.giant", vCPUs: 2, memoryMiB: 1 << 28)
                try await fixture.engine.configure(site, settings: .standard(giant))
                await #expect {
                    try await fixture.engine.start(site, timeout: .seconds(30))
                } throws: { error in
                    if case EngineError.outOfMemory = error { true } else { false }
                }
            }
        }

        @Test func performanceInsightsTakesEffect() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                var settings = EngineFixture.small
                settings.performanceInsights = true
                try await fixture.create(site, settings: settings)
                let psql = PSQL(host: fixture.engine.server(site).data)
                #expect(try psql.run("SHOW track_io_timing", "SHOW track_activity_query_size").output == "on\n4kB")
            }
        }
    }
}
