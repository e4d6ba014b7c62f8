import Foundation
import Resources
import Testing

@testable import Engines

extension ServerTests {
    /// What the installed server says of its parameters, and what becomes of values that it is given.
    @Suite struct Parameters {
        @Test func theCatalogueIsTheServersOwn() async throws {
            try await EngineFixture.run { fixture in
                let catalogue = try await fixture.engine.parameters(of: fixture.version)
                #expect(catalogue.definitions.count > 250)
                let buffers = try #require(catalogue["shared_buffers"])
                #expect(buffers.unit == "8kB" && buffers.minimum == "16" && !buffers.isDynamic && buffers.isModifiable)
                #expect(buffers.systemValue == "{DBInstanceClassMemory/32768}")
                let commit = try #require(catalogue["synchronous_commit"])
                #expect(commit.options.contains("remote_write") && commit.isDynamic)
                #expect(catalogue["timezone"]?.systemValue == "UTC")
                #expect(catalogue["pg_stat_statements.max"]?.isModifiable == true)
                #expect(catalogue["shared_preload_libraries"]?.options.contains("auto_explain") == true)
                #expect(catalogue["rds.extensions"]?.isModifiable == false && catalogue["rds.force_ssl"]?.isModifiable == true)
                #expect(catalogue["transaction_read_only"] == nil && catalogue["block_size"] == nil)
                // Nothing of the server that was asked is left, and a second look needs none.
                #expect(FileSystem.names(in: fixture.host.poolDirectory(engine: "postgres", version: fixture.version)) == [])
                let kept = try #require(FileSystem.status("\(fixture.directory)/parameters/postgres-\(fixture.version).json"))
                #expect(kept.st_mode & 0o777 == 0o600)
            }
        }

        /// Whatever could reach a file, a program or the control plane's own ways is closed.
        @Test(arguments: [
            "archive_command", "archive_library", "config_file", "data_directory", "dynamic_library_path", "external_pid_file",
            "fsync", "full_page_writes", "hba_file", "ident_file", "jit_provider", "krb_server_keyfile", "lc_messages",
            "listen_addresses", "local_preload_libraries", "log_directory", "log_filename", "logging_collector",
            "password_encryption", "port", "primary_conninfo", "recovery_end_command", "restore_command",
            "session_preload_libraries", "ssl", "ssl_key_file", "ssl_passphrase_command", "superuser_reserved_connections",
            "allow_system_table_mods", "unix_socket_directories", "wal_level", "zero_damaged_pages", "ignore_checksum_failure",
        ])
        func unsafeOnesAreClosed(_ name: String) async throws {
            try await Catalogue.shared.withIt { catalogue in
                let definition = try #require(catalogue[name])
                #expect(!definition.isModifiable)
            }
        }

        /// What the catalogue opens, the file writer writes: all but RDS's own parameters, which others carry out.
        @Test func theWriterAgreesWithTheCatalogue() async throws {
            try await Catalogue.shared.withIt { catalogue in
                for definition in catalogue.definitions where definition.isModifiable && !definition.name.hasPrefix("rds.") {
                    #expect(PostgreSQLParameterPolicy.mayBeWritten(definition.name), "\(definition.name)")
                }
            }
        }

        @Test func aDynamicValueIsInEffectAfterAReload() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                let settings = ServerSettings.standard(EngineFixture.small.instanceClass, ["work_mem": "8192"])
                try await fixture.engine.configure(site, settings: settings)
                try await fixture.engine.reload(site)
                #expect(try psql.run("SHOW work_mem").output == "8MB")
                let answers = try await fixture.answers(site)
                #expect(!answers.restartPending && answers.refusedParameters == [:])
            }
        }

        @Test func whatTheServerRefusesItNames() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let own = ["default_text_search_config": "no.such", "timezone": "Mars/Olympus", "work_mem": "8192"]
                let settings = ServerSettings.standard(EngineFixture.small.instanceClass, own)
                try await fixture.engine.configure(site, settings: settings)
                try await fixture.engine.reload(site)
                let answers = try await fixture.answers(site)
                #expect(
                    answers.refusedParameters.keys.map { $0.lowercased() }.sorted() == ["default_text_search_config", "timezone"])
                #expect(try PSQL(host: fixture.engine.server(site).data).run("SHOW work_mem").output == "8MB")
                #expect(answers.configuration == fixture.engine.fingerprint(site, settings: settings))
            }
        }

        @Test func settingsThatDoNotFitTogetherKeepTheServerDown() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.engine.provision(site)
                try await fixture.engine.configure(
                    site, settings: .standard(EngineFixture.small.instanceClass, ["max_connections": "2"]))
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
    }

    /// The catalogue of the newest installed version, asked once for all tests.
    actor Catalogue {
        static let shared = Catalogue()
        private var known: Task<ParameterCatalogue, any Error>?

        func withIt(_ body: (ParameterCatalogue) throws -> Void) async throws {
            let task =
                known
                ?? Task {
                    let box = Box()
                    try await EngineFixture.run { fixture in
                        await box.put(try await fixture.engine.parameters(of: fixture.version))
                    }
                    return try #require(await box.value)
                }
            known = task
            try body(try await task.value)
        }

        private actor Box {
            var value: ParameterCatalogue?
            func put(_ new: ParameterCatalogue) { value = new }
        }
    }
}
