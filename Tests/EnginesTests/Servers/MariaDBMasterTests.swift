import Foundation
import Resources
import Testing

@testable import Engines

extension MariaDBServerTests {
    /// What a master user of RDS can and cannot do.
    @Suite struct Master {
        @Test func mayDoWhatRDSLetsItDo() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                for statement in [
                    "CREATE DATABASE shop", "CREATE TABLE shop.t (n int)", "CREATE USER intern IDENTIFIED BY 'a long password'",
                    "GRANT ALL PRIVILEGES ON shop.* TO intern", "GRANT ALL PRIVILEGES ON `shop\\_%`.* TO intern",
                    "GRANT SELECT, PROCESS ON *.* TO intern",
                    "ALTER USER intern IDENTIFIED BY 'another password'", "RENAME USER intern TO trainee", "DROP USER trainee",
                    "CREATE ROLE reader", "GRANT SELECT ON shop.* TO reader", "CREATE VIEW shop.v AS SELECT * FROM shop.t",
                    "CREATE PROCEDURE shop.p() SELECT 1", "CREATE TRIGGER shop.b BEFORE INSERT ON shop.t FOR EACH ROW SET @a = 1",
                    "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "SHOW PROCESSLIST", "FLUSH PRIVILEGES",
                    "SELECT * FROM mysql.user", "SHOW GRANTS", "CALL mysql.rds_show_configuration", "DROP DATABASE shop",
                ] {
                    let answer = try client.run(statement)
                    #expect(answer.status == 0, "\(statement): \(answer.errors)")
                }
            }
        }

        @Test func mayNotDoWhatRDSKeepsToItself() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                #expect(try client.run("CREATE USER intern IDENTIFIED BY 'a long password'").status == 0)
                for statement in [
                    "GRANT SUPER ON *.* TO intern", "GRANT FILE ON *.* TO intern", "GRANT ALL PRIVILEGES ON *.* TO intern",
                    "SELECT 1 INTO OUTFILE '/tmp/martlet-never'", "LOAD DATA INFILE '/etc/passwd' INTO TABLE mysql.db",
                    "INSTALL SONAME 'server_audit'", "CREATE FUNCTION f RETURNS int SONAME 'x.so'", "SHUTDOWN",
                    "SET GLOBAL general_log_file = '/tmp/martlet-never'", "SET GLOBAL max_connections = 5",
                    "SET GLOBAL read_only = 1",
                    "CREATE DEFINER = 'rdsadmin'@'localhost' PROCEDURE test.p() SELECT 1", "KILL 1",
                    "SET SESSION sql_log_bin = 0",
                ] {
                    #expect(try client.run(statement).status != 0, "\(statement)")
                }
                #expect(try client.run("SELECT LOAD_FILE('/etc/passwd') IS NULL").output == "1")
                for password in ["", "x", MariaDBFixture.password] {
                    #expect(try fixture.client(site, user: "rdsadmin", password: password).run("SELECT 1").status != 0)
                }
            }
        }

        /// Whoever writes these tables has every right, so no spelling of a grant may lead there.
        @Test func theTablesOfRightsAreOutOfReach() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                let patterns = [
                    "mysql", "%", "m%", "mysq_", "_____", "%mysql", "mysql%", "_ysql", "my__l", #"m\ysql"#, #"\mysql"#,
                    #"mysq\l"#,
                    #"my\s%"#, #"mysql_%"#, "%%", "mys%l",
                ]
                for grantee in ["x@localhost", "x@'%'", "x@'local%'", "r", "PUBLIC"] {
                    let made = grantee.hasPrefix("x") ? "CREATE USER \(grantee) IDENTIFIED BY 'xxxxxxxx'" : "CREATE ROLE r"
                    if grantee != "PUBLIC" { #expect(try client.run(made).status == 0) }
                    for pattern in patterns {
                        let grant = "GRANT UPDATE ON `\(pattern)`.* TO \(grantee)"
                        #expect(try client.run(grant).status != 0, "\(grant)")
                    }
                    for name in ["shop", "mysite", #"mysql\_%"#, "s%"] {
                        let grant = "GRANT ALL ON `\(name)`.* TO \(grantee)"
                        #expect(try client.run(grant).status == 0, "\(grant)")
                    }
                }
                #expect(try client.run("GRANT r TO x@localhost", "GRANT r TO app").status == 0)
                try cannotWrite(client, first: ["SET ROLE r"])
                try cannotWrite(client)
                let other = fixture.client(site, user: "x", password: "xxxxxxxx")
                #expect(try other.run("SET ROLE r", "SELECT CURRENT_ROLE()").output == "r")
                try cannotWrite(other, first: ["SET ROLE r"])
            }
        }

        private func cannotWrite(_ client: MariaDBClient, first: [String] = []) throws {
            for statement in [
                "UPDATE mysql.global_priv SET Priv = '{}' WHERE User = 'x'", "INSERT INTO mysql.db (User) VALUES ('z')",
                "DELETE FROM mysql.global_priv", "TRUNCATE mysql.db", "CREATE TABLE mysql.mine (a int)",
                "ALTER TABLE mysql.db COMMENT 'x'", "DROP TABLE mysql.db", "RENAME TABLE mysql.db TO mysql.mine",
                "CREATE OR REPLACE TABLE mysql.global_priv (a int)", "CREATE PROCEDURE mysql.mine() SELECT 1",
                "DROP PROCEDURE mysql.rds_kill", "UPDATE \(MariaDBFacts.table) SET master_generation = 7",
                "CREATE TRIGGER mysql.t BEFORE INSERT ON mysql.db FOR EACH ROW SET @a = 1", "DROP DATABASE mysql",
                "GRANT UPDATE ON mysql.global_priv TO x@localhost",
            ] {
                var words = first
                words.append(statement)
                #expect(try client.run(words).status != 0, "\(statement)")
            }
        }

        @Test func theAdministratorCannotBeNamed() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                let pattern = String(repeating: "%", count: 300)
                for account in ["rdsadmin@localhost", "rdsadmin@'%'", "rdsadmin", "'rdsadmin'@'\(pattern)'", "'rdsadmin'@''"] {
                    for statement in [
                        "ALTER USER \(account) IDENTIFIED BY 'x'", "RENAME USER \(account) TO mine@localhost",
                        "DROP USER \(account)", "SET PASSWORD FOR \(account) = PASSWORD('x')", "GRANT PROXY ON \(account) TO app",
                    ] {
                        #expect(try client.run(statement).status != 0, "\(statement)")
                    }
                }
                // Its namesake can be made, and shuts the control plane out; the next start removes it.
                #expect(try client.run("CREATE USER rdsadmin@localhost IDENTIFIED BY 'x'").status == 0)
                MariaDBConnections.shared.drop(fixture.engine.server(site))
                #expect(await fixture.engine.facts(of: site).server == .mute(try fixture.process(site)))
                #expect(try fixture.client(site, user: "rdsadmin", password: "x").run("SELECT * FROM mysql.user").status != 0)
                try await fixture.engine.stop(site, grace: .seconds(20))
                try await fixture.engine.start(site, timeout: .seconds(60))
                #expect(try await fixture.answers(site).bootstrapped)
                #expect(try fixture.client(site, user: "rdsadmin", password: "x").run("SELECT 1").status != 0)
            }
        }

        @Test func procedures() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                let sleeper = try client.start("SELECT SLEEP(60) AS finished")
                var number = ""
                for _ in 0..<600 where number.isEmpty {
                    try await Task.sleep(for: .milliseconds(50))
                    number = try client.run("SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'")
                        .output
                }
                #expect(try client.run("CALL mysql.rds_kill_query(\(number))").status == 0)
                #expect(sleeper.answer().errors.contains("interrupted"))
                let service = "SELECT id FROM information_schema.processlist WHERE user = 'rdsadmin' LIMIT 1"
                for call in ["rds_kill", "rds_kill_query"] {
                    #expect(try client.run("CALL mysql.\(call)((\(service)))").errors.contains("of the service"))
                    #expect(try client.run("CALL mysql.\(call)(999999)").errors.contains("no thread"))
                }
                for (hours, isRight) in [("1", true), ("168", true), ("NULL", true), ("0", false), ("169", false), ("-1", false)]
                {
                    let answer = try client.run("CALL mysql.rds_set_configuration('binlog retention hours', \(hours))")
                    #expect((answer.status == 0) == isRight, "\(hours): \(answer.errors)")
                }
                #expect(try client.run("CALL mysql.rds_set_configuration('target delay', 1)").status != 0)
                #expect(try client.run("CALL mysql.rds_set_configuration('binlog retention hours', 48)").status == 0)
                #expect(try client.run("SELECT @@binlog_expire_logs_seconds").output == "\(48 * 3600)")
                #expect(try client.run("CALL mysql.rds_show_configuration").output.hasPrefix("binlog retention hours\t48\t"))
                try await fixture.engine.stop(site, grace: .seconds(20))
                try await fixture.engine.start(site, timeout: .seconds(60))
                #expect(try client.run("SELECT @@binlog_expire_logs_seconds").output == "\(48 * 3600)")
            }
        }

        @Test func logsAreRotated() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let client = fixture.client(site)
                for log in ["general_log", "slow_log"] {
                    _ = try await MariaDBConnections.shared.use(fixture.engine.server(site)) {
                        try $0.run("SET GLOBAL \(log == "slow_log" ? "slow_query_log" : log) = 1", deadline: $1)
                    }
                    // Slow is what takes longer than 0 s.
                    _ = try client.run("SET SESSION long_query_time = 0, SESSION slow_query_log = 1", "SELECT 'remembered'")
                    let count = "SELECT COUNT(*) > 0 FROM mysql.\(log)"
                    #expect(try client.run("\(count)").output == "1")
                    #expect(try client.run("CALL mysql.rds_rotate_\(log)").status == 0)
                    #expect(try client.run("\(count)_backup").output == "1")
                    #expect(
                        try client.run("\(count)_backup WHERE \(log == "slow_log" ? "sql_text" : "argument") LIKE '%remembered%'")
                            .output == "1")
                    #expect(try client.run("CALL mysql.rds_rotate_\(log)").status == 0, "a second time")
                }
            }
        }

        @Test func secretsAreReadableByNobodyElse() async throws {
            try await MariaDBFixture.run { fixture in
                let site = fixture.site()
                try await fixture.create(site)
                let server = fixture.engine.server(site)
                #expect(FileSystem.status(server.passwordFile)?.st_mode == S_IFREG | 0o600)
                #expect(FileSystem.status(server.passwordFile)?.st_uid == geteuid())
                #expect(FileSystem.status(server.data)?.st_mode == S_IFDIR | 0o700)
                #expect(FileSystem.status("\(server.logs.path)/\(MariaDBLogs.error)")?.st_mode == S_IFREG | 0o600)
                #expect(
                    FileSystem.names(in: server.directory) == ["data", "gateway.word", "log", "process", "rdsadmin.password"])
                #expect(FileSystem.status(server.wordFile)?.st_mode == S_IFREG | 0o600)
                let password = try server.password()
                let process = try fixture.process(site)
                let command = try #require(FileSystem.read("/proc/\(process.pid)/cmdline"))
                let environment = try #require(FileSystem.read("/proc/\(process.pid)/environ"))
                #expect(!command.contains(password) && !environment.contains(password))
                let log = try fixture.logs(of: site)
                let hashes = [NativePasswordHash(password: MariaDBFixture.password), NativePasswordHash(password: password)]
                for hash in hashes { #expect(!log.contains(hash.description)) }
                if geteuid() == 0 {
                    #expect(FileSystem.read("/proc/\(process.pid)/status")?.contains("\nNoNewPrivs:\t1") == true)
                }
            }
        }
    }
}
