import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct TLS {
        @Test func `psql with verify-full, passwords by SCRAM`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let outcome = try door.psql(sslmode: "verify-full")
            #expect(outcome.out == "alice\n" && outcome.err.isEmpty)
            #expect(try door.psql(user: "Zoë", sslmode: "verify-full").out == "Zoë\n")
            let info = try door.psql("\\conninfo", sslmode: "require").out
            #expect(info.contains("SSL connection (protocol: TLSv1.3"))
            let old = try door.psql("\\conninfo", sslmode: "require", options: "ssl_max_protocol_version=TLSv1.2").out
            #expect(old.contains("SSL connection (protocol: TLSv1.2, cipher: ECDHE-ECDSA-AES"))
            #expect(try door.psql(sslmode: "disable").out == "alice\n")
            // The server offers SCRAM without the binding, and a client that insists on it says so.
            let bound = try door.psql(sslmode: "require", options: "channel_binding=require")
            #expect(bound.status == 2 && bound.err.contains("channel binding"))
            try await door.close()
        }

        @Test func `protocols before TLS 1_2 are refused`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let outcome = try door.tlsClient(["-starttls", "postgres", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], input: [])
            #expect(outcome.status != 0)
            #expect(!outcome.out.contains("Cipher is ECDHE"))
            try await door.close()
        }

        @Test func `without TLS where it is required, RDS's own words`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one", isRequired: true)
            try await door.apply()
            let outcome = try door.psql(sslmode: "disable")
            let text = #"no pg_hba.conf entry for host "127.0.0.1", user "alice", database "postgres", no encryption"#
            #expect(outcome.status == 2 && outcome.err.contains("FATAL:  \(text)"))
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            #expect(try await door.events().first?.reason == "tls-required")
            // Within TLS the text says so.
            let reserved = try door.psql(user: "rdsadmin", sslmode: "require")
            #expect(reserved.err.contains(#"user "rdsadmin", database "postgres", SSL encryption"#))
            try await door.close()
        }

        @Test func `large results and large statements arrive whole`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let large = try door.psql(
                "select md5(string_agg(md5(n::text), '')), repeat('x', 60000) from generate_series(1, 20000) n",
                sslmode: "require")
            #expect(large.out.utf8.count == 60_034)
            let path = "\(door.gateway.directory)/big.sql"
            let blob = String(repeating: "0123456789abcdef", count: 300_000)
            try "select md5('\(blob)');\n".write(toFile: path, atomically: true, encoding: .utf8)
            let secure = try door.psql("\\i \(path)", sslmode: "require")
            let plain = try door.psql("\\i \(path)", sslmode: "disable")
            #expect(secure.out.count == 33 && secure.out == plain.out)
            let rows = try Shell.run(
                "sh",
                [
                    "-c",
                    "psql -XAtq -d \"$1\" -c \"select repeat(md5(n::text), 20) from generate_series(1, 60000) n\" | wc -c", "sh",
                    "host=\(door.route.address) port=\(door.route.port) user=alice dbname=postgres sslmode=require",
                ], environment: ["PGPASSWORD": "secret"])
            #expect(rows.out.trimmingCharacters(in: .whitespacesAndNewlines) == String(60_000 * 641))
            try await door.close()
        }

        @Test(arguments: [
            ("disable", ""), ("require", ""), ("require", "ssl_max_protocol_version=TLSv1.2"),
        ])
        func `a long conversation of short and long messages arrives whole`(sslmode: String, options: String) async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            // Short ones first, so that the ring takes over; around the size of its buffers; and longer than it carries.
            let sizes = (0..<40).map { $0 } + (1_440...1_545) + [10, 3_000, 9_000, 10, 40_000] + (0..<40) + [200_000] + (0..<40)
            let path = "\(door.gateway.directory)/talk.sql"
            let statements = sizes.map { "select length('\(String(repeating: "y", count: $0))'), repeat('x', \($0));" }
            try statements.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            let expected = sizes.map { "\($0)|\(String(repeating: "x", count: $0))\n" }.joined()
            let outcome = try door.psql("\\i \(path)", sslmode: sslmode, options: options)
            #expect(outcome.out == expected, "\(outcome.err)")
            try await door.close()
        }

        @Test func `from the first byte with ALPN, and not without`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let garbage = PostgresBytes.startup([("user", "")])
            let named = try door.tlsClient(["-quiet", "-ign_eof", "-alpn", "postgresql"], input: garbage)
            #expect(named.out.contains("no PostgreSQL user name specified"))
            let unnamed = try door.tlsClient(["-quiet", "-ign_eof"], input: garbage)
            #expect(unnamed.out.contains("received direct SSL connection request without ALPN"))
            let other = try door.tlsClient(["-quiet", "-alpn", "h2"], input: garbage)
            #expect(other.err.contains("no application protocol"))
            try await door.close()
        }

        @Test func `sessions are resumed`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let file = "\(door.gateway.directory)/session"
            let startup = PostgresBytes.startup([("user", "")])
            for version in ["-tls1_3", "-tls1_2"] {
                let options = ["-starttls", "postgres", "-ign_eof", version]
                #expect(try door.tlsClient(options + ["-sess_out", file], input: startup).out.contains("New, TLS"))
                #expect(try door.tlsClient(options + ["-sess_in", file], input: startup).out.contains("Reused, TLS"))
            }
            try await door.close()
        }

        @Test func `a new certificate is for new connections`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            func subject() throws -> String {
                let out = try door.tlsClient(["-starttls", "postgres"], input: []).out
                return out.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init) ?? ""
            }
            #expect(try subject() == "subject=CN = one")
            let session = try Shell.start(
                "psql",
                [
                    "-XAtq", "-d",
                    "host=\(TestCertificates.host) hostaddr=\(door.route.address) port=\(door.route.port) user=alice "
                        + "dbname=postgres sslmode=verify-full sslrootcert=\(door.certificates.authority)",
                    "-c", "select pg_sleep(10)", "-c", "select 'still here'",
                ], environment: ["PGPASSWORD": "secret"])
            try await door.gateway.waitUntil("connected") { $0.listeners.first?.connections == 1 }
            door.route.tls = try door.certificates.issue("two")
            try await door.apply()
            #expect(try subject() == "subject=CN = two")
            // A certificate that cannot be used changes nothing, and the report says so.
            door.route.tls = Route.TLS(
                certificateFile: "/nowhere", privateKeyFile: "/nowhere", fingerprint: "x", isRequired: false)
            #expect(try await door.apply()?.problem?.contains("/nowhere") == true)
            #expect(try subject() == "subject=CN = two")
            #expect(try session.outcome().out.hasSuffix("still here\n"))
            try await door.close()
        }

        @Test func `a cancel request through TLS`() async throws {
            let fixture = try await GatewayFixture()
            let certificates = try TestCertificates(directory: fixture.directory)
            let seen = Counter()
            let server = try TestServer(fixture.socket) { socket in
                if try Handlers.readStartup(socket) == PostgresBytes.cancel { seen.add(1) }
            }
            var route = GatewayFixture.route(fixture.socket)
            route.tls = try certificates.issue("one", isRequired: true)
            try await fixture.apply([route])
            let client = ["10", "openssl", "s_client", "-connect", "\(route.address):\(route.port)", "-quiet", "-ign_eof"]
            _ = try Shell.run("timeout", client + ["-starttls", "postgres"], input: PostgresBytes.cancel)
            #expect(seen.value == 1)
            _ = try Shell.run("timeout", client + ["-alpn", "postgresql"], input: PostgresBytes.cancel)
            #expect(seen.value == 2)
            // PostgreSQL takes them in the clear as well: they hold no secret that is of use twice.
            let plain = try TestSocket(route.address, route.port)
            try plain.send(PostgresBytes.cancel)
            #expect(try plain.receiveToEnd().isEmpty)
            #expect(seen.value == 3)
            server.stop()
            try await fixture.close()
        }

        @Test func `bytes in the clear behind the request, and garbage instead of a handshake`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let injected = try TestSocket(door.route.address, door.route.port)
            try injected.send(PostgresBytes.sslRequest + PostgresBytes.alice)
            let fields = PostgresBytes.fields(try injected.receiveToEnd())
            #expect(fields?["C"] == "08P01" && fields?["M"] == "received unencrypted data after SSL request")
            let garbage = try TestSocket(door.route.address, door.route.port)
            try garbage.send(PostgresBytes.sslRequest)
            #expect(try garbage.receive(exactly: 1) == Array("S".utf8))
            try garbage.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
            // At most an alert record, and then the end.
            #expect(try garbage.receiveToEnd().first ?? 0x15 == 0x15)
            let twice = try TestSocket(door.route.address, door.route.port)
            try twice.send(PostgresBytes.gssRequest)
            #expect(try twice.receive(exactly: 1) == Array("N".utf8))
            try twice.send(PostgresBytes.sslRequest)
            #expect(try twice.receive(exactly: 1) == Array("S".utf8))
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            try await door.close()
        }

        @Test func `random handshakes harm nobody`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            var generator = SeededGenerator(seed: 3)
            for _ in 0..<300 {
                let socket = try TestSocket(door.route.address, door.route.port)
                let count = Int.random(in: 1...400, using: &generator)
                let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                try? socket.send([0x16, 3, UInt8.random(in: 0...4, using: &generator), 1, 0x20, 1, 0, 1, 0x1C] + noise)
                if Bool.random(using: &generator) { socket.endWriting() }
            }
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            try await door.close()
        }

        @Test func `slow handshakes are closed in time, and before that to make room`() async throws {
            var limits = GatewayOptions.Limits()
            limits.pendingStartups = 10
            let door = try await FrontDoorFixture(limits: limits, startupTimeout: .seconds(5))
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let slow = try (0..<30).map { number in
                let client = try TestSocket(door.route.address, door.route.port)
                if number % 2 == 0 {
                    try client.send(PostgresBytes.sslRequest)
                } else {
                    try client.send([0x16, 3, 1, 2, 0])
                }
                return client
            }
            for client in slow { #expect((try? client.receiveToEnd().count) ?? 0 <= 1) }
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            try await door.close()
        }

        @Test func `connections with TLS come and go, and leave nothing`() async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            try await door.apply()
            let url = "host=\(door.route.address) port=\(door.route.port) user=alice dbname=postgres sslmode=require"
            func connect(_ times: Int) throws {
                let loop = "for i in $(seq \(times)); do psql -XAtq -d '\(url)' -c 'select 1' || exit 1; done"
                #expect(try Shell.run("sh", ["-c", loop], environment: ["PGPASSWORD": "secret"]).status == 0)
            }
            try connect(20)
            let before = OpenSockets.count(of: door.route)
            try connect(60)
            try await door.gateway.waitUntil("gone") { $0.listeners.first?.connections == 0 }
            #expect(try await OpenSockets.settled(door.route, atMost: before) <= before)
            let logins = try await door.gateway.client.call(.report).listeners.first?.logins
            #expect(logins?.successes == 80 && logins?.attempts == 80 && logins?.failures == 0)
            try await door.close()
        }
    }
}
