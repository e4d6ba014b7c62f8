import Resources
import Testing

@testable import Engines

@Suite struct MariaDBConfigurationTests {
    private static let micro = ServerSettings.mariaDB(DBInstanceClass(name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024))

    private func configuration(_ change: (inout ServerSettings) -> Void = { _ in }) -> MariaDBConfiguration {
        var settings = Self.micro
        change(&settings)
        return MariaDBConfiguration(settings, site: .init(serverID: 7, plugins: "/p"))
    }

    @Test func theFileNamesItself() {
        let made = configuration()
        #expect(MariaDBConfiguration.Fingerprints(inSettings: made.settings) == made.fingerprints)
        #expect(made.settings.contains("init_file = martlet-\(made.fingerprints.all).sql\n"))
        for line in ["skip_networking = 1", "socket = mysql.sock", "server_id = 7", "plugin_dir = /p", "skip_log_bin = 1"] {
            #expect(made.settings.contains("\(line)\n"), "\(line)")
        }
        #expect(MariaDBConfiguration.Fingerprints(inSettings: "[mariadbd]\nport = 3306\n") == nil)
    }

    @Test func whatNeedsAStartHasAFingerprintOfItsOwn() {
        let plain = configuration().fingerprints
        let larger = configuration { $0 = .mariaDB(DBInstanceClass(name: "db.t3.small", vCPUs: 2, memoryMiB: 2048)) }
        #expect(larger.fingerprints.all != plain.all && larger.fingerprints.fixed == plain.fixed)
        let logged = configuration { $0.binaryLog = true }
        #expect(logged.fingerprints.all != plain.all && logged.fingerprints.fixed != plain.fixed)
        #expect(configuration { $0.port = 3307 }.fingerprints == plain, "the port is the gateway's")
        #expect(configuration { $0.performanceInsights = true }.fingerprints.fixed != plain.fixed)
    }

    @Test func whatCanBeChangedIsReadBack() {
        let read = MariaDBConfiguration.dynamicSettings(in: configuration().settings)
        #expect(read.contains(.init(name: "innodb_buffer_pool_size", value: "\(768 << 20)", isDynamic: true)))
        #expect(read.contains(.init(name: "binlog_format", value: "MIXED", isDynamic: true)))
        #expect(!read.contains { $0.name == "server_id" })
        let statements = read.map(MariaDBConfiguration.setGlobal)
        #expect(statements.contains("SET GLOBAL max_connections = 85"))
        #expect(statements.contains("SET GLOBAL binlog_format = 'MIXED'"))
    }

    @Test func thePluginForTokensIsLoadedWhereItIsThere() {
        let with = MariaDBConfiguration(Self.micro, site: .init(serverID: 7, plugins: "/p", takesTokens: true))
        #expect(with.settings.contains("awsauthenticationplugin_word_file"))
        #expect(!configuration().settings.contains("awsauthenticationplugin"))
        #expect(with.fingerprints.fixed != configuration().fingerprints.fixed, "only a start loads it")
    }

    @Test func aStartFailureIsToldInTheServersWords() {
        let refused = MariaDBStartFailure(
            log: """
                2026-11-20 23:00:00 0 [Note] Starting MariaDB 10.11.19
                2026-11-20 23:00:00 0 [ERROR] /usr/sbin/mariadbd: unknown variable 'no_such=1'
                2026-11-20 23:00:00 0 [ERROR] Aborting
                """)
        #expect(refused.error == .exitedAtStart(message: "unknown variable 'no_such=1'", badConfiguration: true))
        let damaged = MariaDBStartFailure(log: "2026-11-20 23:00:00 0 [ERROR] InnoDB: Missing FILE_CHECKPOINT at 5\n")
        #expect(damaged.error == .exitedAtStart(message: "InnoDB: Missing FILE_CHECKPOINT at 5", badConfiguration: false))
        #expect(MariaDBStartFailure(log: "").message == "it said nothing")
        let full = MariaDBStartFailure(log: "2026 0 [ERROR] InnoDB: Write: No space left on device")
        if case .diskFull = full.error {} else { Issue.record("\(full.error)") }
    }
}
