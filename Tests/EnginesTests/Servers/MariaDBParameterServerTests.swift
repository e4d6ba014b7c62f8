import Resources
import Testing

@testable import Engines

extension MariaDBServerTests {
    /// What MariaDB says of its variables, and how a running server is brought to what a group says.
    @Suite struct Parameters {
        @Test func theCatalogueIsTheServersOwn() async throws {
            try await MariaDBFixture.run { fixture in
                let catalogue = try await fixture.engine.parameters(of: fixture.version)
                #expect(catalogue.definitions.count > 400)
                let pool = try #require(catalogue["innodb_buffer_pool_size"])
                #expect(pool.isDynamic && pool.isModifiable && pool.systemValue == "{DBInstanceClassMemory*3/4}")
                #expect(catalogue["ft_min_word_len"]?.isDynamic == false)
                #expect(catalogue["binlog_format"]?.options == ["MIXED", "STATEMENT", "ROW"])
                for name in ["datadir", "init_file", "plugin_dir", "secure_file_priv", "general_log_file", "log_error"] {
                    #expect(catalogue[name]?.isModifiable != true, "\(name)")
                }
                #expect(fixture.engine.staticVariables(fixture.version).contains("ft_min_word_len"))
                let pools = fixture.host.poolDirectory(engine: "mariadb", version: fixture.version)
                #expect(FileSystem.names(in: pools) == [])
            }
        }

        @Test func aRunningServerTakesOverRefusesAndForgets() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let own = ["long_query_time": "0.5", "default_storage_engine": "nosuch", "autocommit": "0"]
                try await reload(fixture, site, .mariaDB(MariaDBFixture.small.instanceClass, own))
                var answers = try await fixture.answers(site)
                #expect(answers.refusedParameters.keys.sorted() == ["default_storage_engine"] && !answers.restartPending)
                #expect(try await globals(fixture, site) == ["0.500000", "0"])
                try await reload(fixture, site, MariaDBFixture.small)
                answers = try await fixture.answers(site)
                #expect(answers.refusedParameters == [:])
                #expect(try await globals(fixture, site) == ["10.000000", "1"])
            }
        }

        @Test func theAuditPluginComesAndGoesWithoutARestart() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                var settings = MariaDBFixture.small
                settings.options = ["MARIADB_AUDIT_PLUGIN": ["SERVER_AUDIT_EVENTS": "CONNECT"]]
                for _ in 1...2 {
                    try await reload(fixture, site, settings)
                    #expect(try await fixture.answers(site).refusedParameters == [:])
                    #expect(FileSystem.exists("\(fixture.engine.server(site).logs.path)/\(MariaDBLogs.audit)"))
                    try await reload(fixture, site, MariaDBFixture.small)
                    #expect(try await fixture.answers(site).refusedParameters == [:])
                }
            }
        }

        private func reload(_ fixture: MariaDBFixture, _ site: ServerSite, _ settings: ServerSettings) async throws {
            try await fixture.engine.configure(site, settings: settings)
            try await fixture.engine.reload(site)
            #expect(try await fixture.answers(site).configuration == fixture.engine.fingerprint(site, settings: settings))
        }

        private func globals(_ fixture: MariaDBFixture, _ site: ServerSite) async throws -> [String?] {
            try await MariaDBConnections.shared.use(fixture.engine.server(site)) {
                try $0.run("SELECT @@global.long_query_time, @@global.autocommit", deadline: $1).first ?? []
            }
        }
    }
}
