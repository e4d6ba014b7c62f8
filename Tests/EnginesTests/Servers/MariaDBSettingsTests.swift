import Foundation
import Resources
import Testing

@testable import Engines

extension MariaDBServerTests {
    @Suite struct Settings {
        private static let larger = ServerSettings.mariaDB(DBInstanceClass(name: "db.t3.small", vCPUs: 2, memoryMiB: 2048))

        @Test func anotherClassTakesEffectWhileItRuns() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                #expect(try client.run("SELECT @@max_connections, @@innodb_buffer_pool_size").output == "85\t\(768 << 20)")
                try await fixture.engine.configure(site, settings: Self.larger)
                let wanted = fixture.engine.fingerprint(site, settings: Self.larger)
                #expect(await fixture.engine.facts(of: site).configuration == wanted)
                #expect(try await fixture.answers(site).configuration != wanted)
                try await fixture.engine.reload(site)
                #expect(try await fixture.answers(site).configuration == wanted)
                #expect(try await !fixture.answers(site).restartPending)
                #expect(try client.run("SELECT @@max_connections, @@innodb_buffer_pool_size").output == "170\t\(1536 << 20)")
            }
        }

        @Test func aBinaryLogNeedsARestart() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                var settings = MariaDBFixture.small
                settings.binaryLog = true
                settings.performanceInsights = true
                try await fixture.engine.configure(site, settings: settings)
                try await fixture.engine.reload(site)
                let answers = try await fixture.answers(site)
                #expect(answers.configuration == fixture.engine.fingerprint(site, settings: settings))
                #expect(answers.restartPending)
                let client = fixture.client(site)
                #expect(try client.run("SELECT @@log_bin, @@performance_schema").output == "0\t0")
                try await fixture.engine.stop(site, grace: .seconds(20))
                try await fixture.engine.start(site, timeout: .seconds(60))
                #expect(try await !fixture.answers(site).restartPending)
                #expect(try client.run("SELECT @@log_bin, @@performance_schema").output == "1\t1")
                #expect(try client.run("CREATE DATABASE d", "SHOW BINARY LOGS").output.hasPrefix("mysql-bin-changelog.000001"))
            }
        }

        @Test func aNewPasswordWorksOnTheNextLogin() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                var settings = MariaDBFixture.small
                settings.binaryLog = true
                try await fixture.create(site, settings: settings)
                let hash = NativePasswordHash(password: "another password").description
                let master = DBInstance.MasterUser(username: "app", verifier: hash, generation: 2)
                try await fixture.engine.applyMasterPassword(site, master)
                #expect(try await fixture.answers(site).masterGeneration == 2)
                #expect(try fixture.client(site).run("SELECT 1").status != 0)
                let client = fixture.client(site, password: "another password")
                #expect(try client.run("SET PASSWORD = PASSWORD('by my own hand')").status == 0)
                // The same generation again: the password that the user set since then stays.
                try await fixture.engine.applyMasterPassword(site, master)
                #expect(try fixture.client(site, password: "by my own hand").run("SELECT 1").output == "1")
                let log = try fixture.logs(of: site)
                #expect(!log.contains(hash.dropFirst()))
                let replicated = try fixture.client(site, password: "by my own hand").run("SHOW BINLOG EVENTS").output
                #expect(!replicated.contains(hash.dropFirst()))
            }
        }

        /// As on RDS: a new master password brings the master user back, rights and all.
        @Test func aNewPasswordRestoresTheMasterUser() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                #expect(try fixture.client(site).run("DROP USER app").status == 0)
                let hash = NativePasswordHash(password: "another password").description
                try await fixture.engine.applyMasterPassword(site, .init(username: "app", verifier: hash, generation: 2))
                #expect(try fixture.client(site, password: "another password").run("CREATE DATABASE d").status == 0)
            }
        }

        @Test func aRefusedSettingIsTheReasonForNotStarting() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(20))
                let server = fixture.engine.server(site)
                let settings = try #require(FileSystem.read(server.settingsFile))
                for (line, word) in [("no_such_setting = 1", "no_such_setting"), ("binlog_format = WRONG", "binlog_format")] {
                    try FileSystem.replace(
                        server.settingsFile, with: settings + line + "\n", mode: 0o600, owner: fixture.host.user)
                    await #expect {
                        try await fixture.engine.start(site, timeout: .seconds(60))
                    } throws: { error in
                        guard case EngineError.exitedAtStart(let message, true) = error else {
                            Issue.record("\(error)")
                            return false
                        }
                        return message.contains(word)
                    }
                }
                try await fixture.engine.configure(site, settings: MariaDBFixture.small)
                try await fixture.engine.start(site, timeout: .seconds(60))
            }
        }

        @Test func aClassLargerThanTheHostIsOutOfMemory() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.engine.provision(site)
                let settings = ServerSettings.mariaDB(DBInstanceClass(name: "db.giant", vCPUs: 2, memoryMiB: 1 << 28))
                try await fixture.engine.configure(site, settings: settings)
                await #expect {
                    try await fixture.engine.start(site, timeout: .seconds(30))
                } throws: { error in
                    if case EngineError.outOfMemory = error { true } else { false }
                }
            }
        }

        /// New settings are on disk while a server still starts with the old ones: it says that it has the old ones.
        @Test func aServerSaysWhatItStartedWith() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                try await fixture.engine.stop(site, grace: .seconds(20))
                let small = fixture.engine.fingerprint(site, settings: MariaDBFixture.small)
                try await fixture.engine.start(site, timeout: .seconds(60))
                try await fixture.engine.configure(site, settings: Self.larger)
                #expect(try await fixture.answers(site).configuration == small)
            }
        }
    }
}
