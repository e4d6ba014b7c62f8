import Foundation
import Resources
import Testing

@testable import Engines

@Suite(.serialized, .enabled(if: EngineFixture.isInstalled, EngineFixture.missing))
struct LogServerTests {
    /// The hour may end while the test runs.
    private func current(_ fixture: EngineFixture, _ site: ServerSite) throws -> DBLogFile {
        try #require(
            try fixture.engine.logs(of: site).files().last {
                $0.name.hasPrefix("error/postgresql.log.") && !LogFileName($0.name).isTurnedOver
            })
    }

    @Test(arguments: [false, true]) func theNamesAreRDSs(hidden: Bool) async throws {
        try await EngineFixture.run(hidden: hidden) { fixture in
            let site = fixture.site()
            try await fixture.create(site)
            let names = try fixture.engine.logs(of: site).files().map(\.name)
            #expect(names.contains("error/postgres.log"))
            // It may have begun before midnight.
            let days = [0, -3600].map { Date(timeIntervalSinceNow: $0).formatted(Date.ISO8601FormatStyle()).prefix(10) }
            #expect(names.contains { name in days.contains { name.hasPrefix("error/postgresql.log.\($0)-") } }, "\(names)")
            #expect(FileSystem.status("\(fixture.engine.server(site).logs.path)/error")?.st_mode == S_IFDIR | 0o700)
        }
    }

    /// Whatever the owner logs, our own statements, which create users with their verifiers, are not in it.
    @Test func ourOwnStatementsAreNotLogged() async throws {
        try await EngineFixture.run { fixture in
            let site = fixture.site()
            try await fixture.engine.provision(site)
            try await fixture.engine.configure(site, settings: EngineFixture.small)
            let server = fixture.engine.server(site)
            let loud = [
                "log_statement = 'all'", "log_min_duration_statement = 0", "log_min_error_statement = debug5",
                "debug_print_parse = on",
                "debug_print_plan = on", "debug_print_rewritten = on", "log_transaction_sample_rate = 1",
                "log_min_duration_sample = 0", "log_statement_sample_rate = 1", "log_duration = on", "log_connections = on",
            ]
            let settings = try #require(FileSystem.read(server.settingsFile))
            try FileSystem.replace(
                server.settingsFile, with: settings + loud.joined(separator: "\n") + "\n", mode: 0o600, owner: fixture.host.user)
            try await fixture.engine.start(site, timeout: .seconds(30))
            let bootstrap = try EngineFixture.bootstrap(database: "mine")
            try await fixture.engine.bootstrap(site, bootstrap)
            try await fixture.engine.applyMasterPassword(
                site,
                DBInstance.MasterUser(
                    username: "app", verifier: try SCRAMVerifier.make(password: "another one").description, generation: 2))
            let said = try PSQL(host: server.data, password: "another one").run("SELECT 'of the owner'")
            #expect(said.output == "of the owner")
            let log = try await written("SELECT 'of the owner'") { try fixture.logs(of: site) }
            #expect(log.contains("SELECT 'of the owner'"), "the owner's statements are")
            for secret in ["SCRAM-SHA-256", bootstrap.master.verifier, "CREATE ROLE", "ALTER ROLE", EngineFixture.password] {
                #expect(!log.contains(secret), "\(secret)")
            }
            #expect(!log.contains(try server.password()))
        }
    }

    /// What a log says once it has these words, or after ten seconds: the server's collector writes after the client is answered.
    private func written(_ words: String, _ read: () throws -> String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let log = try read()
            if log.contains(words) { return log }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try read()
    }

    private func text(_ logs: LogDirectory, _ file: DBLogFile) throws -> String {
        String(decoding: try logs.read(file, from: 0, count: 1 << 20) ?? [], as: UTF8.self)
    }

    @Test func aRenamedFileIsLeftAloneOnceTheServerHasBeenTold() async throws {
        try await EngineFixture.run { fixture in
            let site = fixture.site()
            try await fixture.create(site)
            let psql = PSQL(host: fixture.engine.server(site).data)
            _ = try psql.run("SELECT 'before' FROM nothing")
            let logs = fixture.engine.logs(of: site)
            let former = try current(fixture, site)
            _ = try await written("'before'") { try text(logs, former) }
            try logs.rename(former.name, to: "\(former.name).1")
            try await fixture.engine.reopenLogs(site)
            let deadline = ContinuousClock.now + .seconds(10)
            while try !logs.files().contains(where: { $0.name == former.name }), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            _ = try psql.run("SELECT 'after' FROM nothing")
            let fresh = try current(fixture, site)
            #expect(fresh.id != former.id)
            #expect(try await written("'after'") { try text(logs, fresh) }.contains("'after'"))
            let renamed = try #require(try logs.files().first { $0.name == "\(former.name).1" })
            let old = try text(logs, renamed)
            #expect(old.contains("'before'") && !old.contains("'after'"))
            try await fixture.engine.stop(site, grace: .seconds(10))
            try await fixture.engine.reopenLogs(site)
        }
    }

    /// The end comes after the collector has taken the log over: the reason is in its file.
    @Test func aStartThatFailsLateIsStillExplained() async throws {
        try await EngineFixture.run { fixture in
            let site = fixture.site()
            try await fixture.create(site)
            try await fixture.engine.stop(site, grace: .seconds(10))
            let server = fixture.engine.server(site)
            #expect(PostgreSQLServer.holders.find(under: server.data) == [], "the collector has gone too")
            try FileSystem.replace(server.accessFile, with: "nonsense\n", mode: 0o600, owner: fixture.host.user)
            do {
                try await fixture.engine.start(site, timeout: .seconds(20))
                Issue.record("it started")
            } catch EngineError.exitedAtStart(let message, _) {
                #expect(message.contains("pg_hba.conf"), "\(message)")
            }
        }
    }
}
