import Foundation
import Resources
import Testing

@testable import Engines

extension ServerTests {
    /// What the server does for the gateway: it admits members of `rds_iam`, from the gateway's user, and nobody else.
    @Suite struct IAM {
        private static var settings: ServerSettings {
            var settings = EngineFixture.small
            settings.iamAuthentication = true
            settings.masterUsername = "app"
            return settings
        }

        @Test func membershipDecidesWithoutARestart() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let process = try fixture.process(site)
                let owner = PSQL(host: fixture.engine.server(site).data)
                #expect(try owner.run("CREATE ROLE x LOGIN PASSWORD 'password of x'").status == 0)
                let x = PSQL(host: owner.host, user: "x", password: "")
                #expect(try x.run("SELECT 1").status != 0)
                #expect(try owner.run("GRANT rds_iam TO x").status == 0)
                #expect(try x.run("SELECT 1").status != 0, "IAM database authentication is off")

                try await fixture.engine.configure(site, settings: Self.settings)
                try await fixture.engine.reload(site)
                #expect(
                    try await fixture.answers(site).configuration == fixture.engine.fingerprint(site, settings: Self.settings))
                #expect(try x.run("SELECT current_user").output == "x")
                #expect(try owner.run("SELECT 1").output == "1", "the master user has their password")
                #expect(try PSQL(host: owner.host, password: "wrong").run("SELECT 1").status != 0)
                #expect(try PSQL(host: owner.host, user: "rdsadmin", password: "").run("SELECT 1").status != 0)

                #expect(try owner.run("REVOKE rds_iam FROM x").status == 0)
                #expect(try x.run("SELECT 1").status != 0)
                #expect(try fixture.process(site) == process)
            }
        }

        @Test func nobodyElseOnTheMachineReachesTheServer() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site, settings: Self.settings)
                let server = fixture.engine.server(site)
                let owner = PSQL(host: server.data)
                #expect(try owner.run("CREATE ROLE x LOGIN", "GRANT rds_iam TO x").status == 0)
                let data = try #require(FileSystem.status(server.data))
                #expect(data.st_mode & 0o777 == 0o700)
                guard geteuid() == 0 else { return }
                let stranger = Process()
                stranger.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
                stranger.arguments = [
                    "--reuid", "65534", "--regid", "65534", "--clear-groups", "/usr/bin/psql", "-X", "-h", server.data, "-U",
                    "x", "-d", "postgres", "-c", "SELECT 1",
                ]
                let pipe = Pipe()
                stranger.standardError = pipe
                stranger.standardOutput = pipe
                try stranger.run()
                let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                stranger.waitUntilExit()
                #expect(stranger.terminationStatus != 0)
                #expect(said.contains("Permission denied"), "\(said)")
            }
        }

        @Test func sqlOfUsersCannotUseIt() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site, settings: Self.settings)
                let owner = PSQL(host: fixture.engine.server(site).data)
                #expect(try owner.run("CREATE ROLE x LOGIN", "GRANT rds_iam TO x").status == 0)
                let made = try owner.run("CREATE EXTENSION dblink")
                // Where it is not installed there is nothing to try.
                guard made.status == 0 else { return }
                let target = "host=\(owner.host) user=x dbname=postgres"
                let answer = try owner.run("SELECT * FROM dblink('\(target)', 'SELECT current_user') AS t(u text)")
                #expect(answer.status != 0)
                #expect(answer.errors.contains("password"), "\(answer.errors)")
            }
        }
    }
}
