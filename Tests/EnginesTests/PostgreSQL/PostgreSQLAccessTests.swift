import Resources
import Testing

@testable import Engines

@Suite struct PostgreSQLAccessTests {
    private func access(iam: Bool, major: Int, gateway: String = "root", master: String = "cruddur") -> PostgreSQLAccess {
        var settings = EngineFixture.small
        settings.iamAuthentication = iam
        settings.masterUsername = master
        return PostgreSQLAccess(settings, major: major, gatewayUser: gateway)
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") } }

    @Test(arguments: [13, 15, 16, 18]) func withoutIAMThereAreOnlyPasswords(_ major: Int) {
        let access = access(iam: false, major: major)
        #expect(lines(access.rules) == ["local all rdsadmin scram-sha-256", "local all all scram-sha-256"])
        #expect(lines(access.userMap).isEmpty)
        #expect(access.rules == PostgreSQLAccess.untilConfigured)
    }

    @Test func from16OnTheGatewaysUserAloneIsAdmitted() {
        let access = access(iam: true, major: 16)
        #expect(
            lines(access.rules) == [
                "local all rdsadmin scram-sha-256", "local all \"cruddur\" scram-sha-256", "local all +rds_iam peer map=martlet",
                "local all all scram-sha-256",
            ])
        #expect(lines(access.userMap) == ["martlet \"root\" all"])
    }

    @Test func before16TheDirectoryIsTheGuard() {
        let access = access(iam: true, major: 15)
        #expect(
            lines(access.rules)
                == ["local all rdsadmin scram-sha-256", "local all +rds_iam trust", "local all all scram-sha-256"])
        #expect(lines(access.userMap).isEmpty)
    }

    @Test(arguments: [15, 16]) func theAdministratorComesFirstWhateverTheyAreMemberOf(_ major: Int) {
        #expect(lines(access(iam: true, major: major).rules).first == "local all rdsadmin scram-sha-256")
    }

    @Test func namesAreNamesAndNothingElse() {
        #expect(PostgreSQLAccess.quote("all") == "\"all\"")
        #expect(PostgreSQLAccess.quote("a\"b") == "\"a\"\"b\"")
        #expect(lines(access(iam: true, major: 16, gateway: "").rules).contains("local all +rds_iam trust"))
    }

    @Test func eitherChangesTheFingerprint() {
        func fingerprint(_ change: (inout ServerSettings) -> Void) -> String {
            var settings = EngineFixture.small
            change(&settings)
            return PostgreSQLConfiguration(settings, host: .init(extensions: [], sharedMemory: "posix")).fingerprint
        }
        let plain = fingerprint { _ in }
        #expect(fingerprint { $0.iamAuthentication = true } != plain)
        #expect(fingerprint { $0.forcesTLS = true } != plain)
        #expect(fingerprint { $0.masterUsername = "else" } == plain)
    }
}
