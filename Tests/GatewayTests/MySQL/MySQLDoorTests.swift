import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite(.enabled(if: MariaDBServer.isInstalled, "mariadbd is not installed")) struct MySQLDoor {
        @Test func `the client verifies the endpoint, and the server knows the client`() async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            for (user, account) in [("alice", "alice@%"), ("here", "here@127.%"), ("eddie", "eddie@%")] {
                for tls in [true, false] {
                    #expect(try door.mysql(user: user, tls: tls).out == "\(account)\n", "\(user), TLS: \(tls)")
                }
            }
            #expect(try door.mysql("\\s").out.contains("Cipher in use is TLS_AES"))
            #expect(try door.mysql("select user()").out == "alice@127.0.0.1\n")
            #expect(try door.mysql(user: "elsewhere").err.contains("ERROR 1045 (28000): Access denied for user 'elsewhere'"))
            try await door.close()
        }

        @Test func `a certificate of another name is not taken`() async throws {
            let door = try await MySQLDoorFixture()
            door.route.tls = try door.certificates.issue("two", host: "other.test")
            try await door.apply()
            #expect(try door.mysql().err.contains("ERROR 2026"))
            try await door.close()
        }

        @Test func `without a certificate there is no TLS to be had`() async throws {
            let door = try await MySQLDoorFixture(tls: false)
            try await door.apply()
            #expect(try door.mysql(tls: false).out == "alice@%\n")
            #expect(try door.mysql(options: ["--ssl"]).err.contains("SSL is required, but the server does not support it"))
            try await door.close()
        }

        @Test(arguments: [[], ["--compress"]])
        func `what is large arrives whole, compressed too`(options: [String]) async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            for tls in [true, false] {
                let outcome = try door.mysql(
                    "select repeat('ab', 2000000)", tls: tls, options: options + ["--max-allowed-packet=32M"])
                #expect(outcome.out.utf8.count == 4_000_001)
                let path = "\(door.gateway.directory)/big.sql"
                try "select length('\(String(repeating: "x", count: 3_000_000))');\n".write(
                    toFile: path, atomically: true, encoding: .utf8)
                #expect(try door.mysql("source \(path)", tls: tls, options: options).out == "3000000\n")
            }
            try await door.close()
        }

        @Test func `require_secure_transport, in MySQL's own words`() async throws {
            let door = try await MySQLDoorFixture(isRequired: true)
            try await door.apply()
            let text =
                "ERROR 3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON."
            #expect(try door.mysql(tls: false).err.contains(text))
            #expect(try door.mysql().out == "alice@%\n")
            #expect(try await door.events().first?.reason == "tls-required")
            try await door.close()
        }

        @Test(arguments: ["rdsadmin", "'rdsadmin'"])
        func `nobody is the service's user`(user: String) async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            let outcome = try door.mysql(user: user, password: "unknown")
            #expect(
                outcome.err.contains("ERROR 1045 (28000): Access denied for user 'rdsadmin'@'127.0.0.1' (using password: YES)"))
            #expect(try await door.events().first?.reason == "reserved-user")
            try await door.close()
        }

        @Test func `logins are counted, and failures slow their address down`() async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            for _ in 0..<6 {
                let refused = try door.mysql(password: "wrong")
                #expect(
                    refused.err.contains("ERROR 1045 (28000): Access denied for user 'alice'@'127.0.0.1' (using password: YES)"))
            }
            let begun = ContinuousClock.now
            #expect(try door.mysql().out == "alice@%\n")
            #expect(ContinuousClock.now - begun > .milliseconds(450))
            #expect(try door.mysql(options: ["nowhere"]).err.contains("ERROR 1044 (42000)"))
            let logins = try await door.gateway.client.call(.report).listeners.first?.logins
            #expect(logins?.failures == 6 && logins?.successes == 1 && logins?.errors == 1 && logins?.attempts == 8)
            let events = try await door.events()
            #expect(events.filter { $0.reason == "28000" && $0.user == "alice" }.map(\.count).reduce(0, +) == 6)
            #expect(events.contains { $0.outcome == .success && $0.reason == "password" })
            #expect(events.contains { $0.outcome == .error && $0.reason == "42000" })
            try await door.close()
        }

        @Test func `connections are killed by the number that the client knows`() async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            let sql = "select connection_id() = (select id from information_schema.processlist where info like '%processlist%')"
            #expect(try door.mysql(sql).out == "1\n")
            let killed = try door.mysql("kill connection_id()")
            #expect(killed.status != 0 && killed.err.contains("ERROR 1927"))
            try await door.close()
        }

        @Test func `a held client waits, and then hears the real greeting`() async throws {
            let door = try await MySQLDoorFixture()
            door.route.gate = .hold
            try await door.apply()
            let client = try TestSocket(door.route.address, door.route.port)
            try await door.gateway.waitUntil("waiting") { $0.listeners.first?.waiting == 1 }
            door.route.gate = .open
            try await door.apply()
            #expect(String(decoding: try client.receivePacket(), as: UTF8.self).contains("MariaDB"))
            door.route.gate = .hold
            door.route.holdTimeoutMs = 300
            try await door.apply()
            #expect(try door.mysql().err.contains("did not answer in time"))
            try await door.close()
        }
    }
}
