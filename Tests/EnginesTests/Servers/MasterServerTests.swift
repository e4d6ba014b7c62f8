import Foundation
import Testing

@testable import Engines

extension ServerTests {
    /// What a master user of RDS can and cannot do.
    @Suite struct Master {
        @Test func everyAllowedExtensionCanBeCreatedAndNoOther() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site, EngineFixture.bootstrap(database: "shop"))
                let psql = PSQL(host: fixture.engine.server(site).data, database: "shop")
                let names = try psql.run("SELECT name FROM pg_available_extensions ORDER BY name").output.split(separator: "\n")
                #expect(Set(names.map(String.init)).isSubset(of: PostgreSQLExtensions.allowed))
                for needed in ["uuid-ossp", "pgcrypto", "pg_stat_statements", "hstore", "citext", "pg_trgm", "postgres_fdw", "dblink"] {
                    #expect(names.contains { $0 == needed })
                }
                for name in names {
                    let created = try psql.run("CREATE EXTENSION IF NOT EXISTS \"\(name)\" CASCADE")
                    #expect(created.status == 0, "\(name): \(created.errors)")
                }
                #expect(try psql.run("CREATE EXTENSION file_fdw").status != 0)
                let listed = try psql.run("SELECT setting FROM pg_settings WHERE name = 'rds.extensions'").output
                #expect(listed.split(separator: ",").map(String.init).sorted() == names.map(String.init).sorted())
                #expect(try psql.run("SELECT count(*) >= 0 FROM pg_stat_statements").output == "t")
            }
        }

        @Test func metaCommandsWork() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site, EngineFixture.bootstrap(database: "shop"))
                let psql = PSQL(host: fixture.engine.server(site).data, database: "shop")
                #expect(try psql.run("CREATE TABLE users (id int)", "\\dt").output.contains("public|users|table|app"))
                let databases = try psql.run("\\l").output
                for line in ["postgres|app|UTF8", "shop|app|UTF8", "rdsadmin|rdsadmin|UTF8"] { #expect(databases.contains(line)) }
                let roles = try psql.run("\\du").output
                for role in PostgreSQLPreparation.roles + ["app"] { #expect(roles.contains(role)) }
                #expect(roles.contains("{rds_superuser}"))
                #expect(try psql.run("\\dn").output.contains("public|pg_database_owner"))
                #expect(try psql.run("\\l+", "\\x", "\\c postgres").status == 0)
                #expect(try psql.run("SHOW timezone", "SHOW server_encoding").output == "UTC\nUTF8")
            }
        }

        @Test func mayDoWhatRDSLetsItDo() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                for statement in [
                    "CREATE ROLE intern LOGIN PASSWORD 'a long password'", "CREATE DATABASE other", "CREATE SCHEMA mine",
                    "GRANT rds_iam TO intern", "GRANT pg_monitor, rds_replication TO intern", "GRANT rds_superuser TO intern",
                    "SELECT query FROM pg_stat_activity", "ALTER ROLE intern CREATEDB", "DROP ROLE intern",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'intern'",
                ] {
                    let answer = try psql.run(statement)
                    #expect(answer.status == 0, "\(statement): \(answer.errors)")
                }
            }
        }

        @Test func mayNotDoWhatRDSKeepsToItself() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let psql = PSQL(host: fixture.engine.server(site).data)
                for statement in [
                    "CREATE ROLE boss SUPERUSER", "ALTER ROLE app SUPERUSER", "ALTER ROLE rdsadmin PASSWORD 'mine'",
                    "SELECT rolpassword FROM pg_authid", "COPY (SELECT 1) TO PROGRAM 'id'", "SELECT pg_read_file('PG_VERSION')",
                    "ALTER SYSTEM SET max_connections = 1", "CREATE FUNCTION f() RETURNS int AS '/lib/x', 'f' LANGUAGE c",
                    "\\c rdsadmin", "DROP DATABASE rdsadmin", "SET ROLE rdsadmin", "LOAD 'pg_stat_statements'",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rdsadmin'",
                ] {
                    #expect(try psql.run(statement).status != 0, "\(statement)")
                }
                var stranger = psql
                stranger.user = "rdsadmin"
                #expect(try stranger.run("SELECT 1").status != 0)
                stranger.password = ""
                #expect(try stranger.run("SELECT 1").status != 0)
            }
        }

        @Test func secretsAreReadableByNobodyElse() async throws {
            try await EngineFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let server = fixture.engine.server(site)
                #expect(FileSystem.status(server.passwordFile)?.st_mode == S_IFREG | 0o600)
                #expect(FileSystem.status(server.passwordFile)?.st_uid == geteuid())
                #expect(FileSystem.status(server.data)?.st_mode == S_IFDIR | 0o700)
                #expect(FileSystem.status(server.log.path)?.st_mode == S_IFREG | 0o600)
                #expect(FileSystem.names(in: server.directory) == ["data", "log", "rdsadmin.password"])
                let password = try server.password()
                let process = try fixture.process(site)
                let command = try #require(FileSystem.read("/proc/\(process.pid)/cmdline"))
                let environment = try #require(FileSystem.read("/proc/\(process.pid)/environ"))
                #expect(!command.contains(password) && !environment.contains(password))
                #expect(!environment.contains("AWS_"))
                if geteuid() == 0 {
                    #expect(FileSystem.status("/proc/\(process.pid)/cwd") != nil)
                    #expect(FileSystem.read("/proc/\(process.pid)/status")?.contains("\nNoNewPrivs:\t1") == true)
                }
            }
        }
    }
}
