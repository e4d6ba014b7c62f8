import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct ServerNames {
        private static let second = "other.gateway.test"

        /// Two endpoints behind one address; the second lets nobody in as alice.
        private final class Shared {
            let door: FrontDoorFixture
            let address = GatewayFixture.freshAddress()
            var other: Route
            var listeners: [SharedListener]

            init() async throws {
                door = try await FrontDoorFixture()
                door.route.tls = try door.certificates.issue("one")
                door.route.serverName = TestCertificates.host
                other = GatewayFixture.route(door.route.socketPath, id: "db-B")
                other.tls = try door.certificates.issue("two", host: ServerNames.second)
                other.serverName = ServerNames.second
                other.reservedUsers = ["alice"]
                let own = try door.certificates.issue("own", isRequired: true, host: "gateway.test")
                listeners = [SharedListener(address: address, port: 5432, tls: own)]
                try await apply()
            }

            @discardableResult
            func apply() async throws -> GatewayControl.Report {
                try await door.gateway.apply([door.route, other], shared: listeners)
            }

            /// What psql is told, for a client whose DNS leads the name to the shared address.
            func words(_ host: String, _ sslmode: String, _ options: String, _ statements: [String]) -> [String] {
                let target =
                    "host=\(host) hostaddr=\(address) port=5432 user=alice dbname=postgres sslmode=\(sslmode) "
                    + "sslrootcert=\(door.certificates.authority) connect_timeout=20 \(options)"
                return ["-XAtq", "-d", target] + statements.flatMap { ["-c", $0] }
            }

            func psql(_ host: String, _ sslmode: String = "verify-full", options: String = "") throws -> Shell.Outcome {
                try Shell.run(
                    "psql", words(host, sslmode, options, ["select current_user"]), environment: ["PGPASSWORD": "secret"])
            }

            func tlsClient(_ options: [String], input: [UInt8]) throws -> Shell.Outcome {
                try Shell.run(
                    "timeout", ["10", "openssl", "s_client", "-connect", "\(address):5432"] + options, input: input)
            }
        }

        @Test func `each name leads to its endpoint, with its certificate`() async throws {
            let shared = try await Shared()
            #expect(try shared.psql(TestCertificates.host).out == "alice\n")
            #expect(try shared.psql(TestCertificates.host.uppercased(), "require").out == "alice\n")
            let old = "ssl_max_protocol_version=TLSv1.2"
            #expect(try shared.psql(TestCertificates.host, options: old).out == "alice\n")
            for options in ["", old] {
                let other = try shared.psql(Self.second, options: options)
                #expect(other.err.contains(#"pg_hba.conf rejects connection for host "127.0.0.1", user "alice""#))
            }
            // At its own address an endpoint needs no name.
            #expect(try shared.door.psql(sslmode: "disable").out == "alice\n")
            let events = try await shared.door.events()
            #expect(events.contains { $0.route == "db-A" && $0.outcome == .success })
            #expect(events.contains { $0.route == "db-B" && $0.reason == "reserved-user" })
            try await shared.door.close()
        }

        @Test func `who names no endpoint is told so`() async throws {
            let shared = try await Shared()
            let clear = try shared.psql(TestCertificates.host, "disable")
            #expect(clear.status == 2 && clear.err.contains("FATAL:  several endpoints share this address"))
            #expect(clear.err.contains("sslmode=require or stronger"))
            let unnamed = try shared.psql(TestCertificates.host, "require", options: "sslsni=0")
            #expect(unnamed.err.contains("FATAL:  the TLS handshake has no server name"))
            let unknown = try shared.psql("nobody.gateway.test", "require")
            #expect(unknown.err.contains(#"no endpoint at this address and port has the server name "nobody.gateway.test""#))
            #expect(try shared.psql("nobody.gateway.test").err.contains("certificate"))
            // A cancel request in the clear names nobody.
            let cancel = try TestSocket(shared.address, 5432)
            try cancel.send(PostgresBytes.cancel)
            #expect(try cancel.receiveToEnd().isEmpty)
            // An endpoint with another port is not here.
            shared.door.route.port = 5433
            try await shared.apply()
            #expect(try shared.psql(TestCertificates.host, "require").err.contains("no endpoint at this address and port"))
            try await shared.door.close()
        }

        @Test func `from the first byte on, and with the certificate of the name`() async throws {
            let shared = try await Shared()
            let garbage = PostgresBytes.startup([("user", "")])
            let direct = ["-quiet", "-ign_eof", "-alpn", "postgresql", "-servername"]
            #expect(
                try shared.tlsClient(direct + [Self.second], input: garbage).out.contains("no PostgreSQL user name specified"))
            #expect(try shared.tlsClient(direct + ["x.test"], input: garbage).out.contains(#"server name "x.test""#))
            for (options, subject) in [
                (["-servername", TestCertificates.host], "one"), (["-servername", Self.second], "two"),
                (["-noservername"], "own"),
            ] {
                let shown = try shared.tlsClient(["-starttls", "postgres"] + options, input: []).out
                #expect(shown.contains("subject=CN = \(subject)\n"))
            }
            try await shared.door.close()
        }

        @Test func `a session cannot be resumed under another name`() async throws {
            let shared = try await Shared()
            let file = "\(shared.door.gateway.directory)/session"
            for version in ["-tls1_3", "-tls1_2"] {
                let first = ["-starttls", "postgres", "-ign_eof", version, "-servername", TestCertificates.host]
                let startup = PostgresBytes.startup([("user", "")])
                _ = try shared.tlsClient(first + ["-sess_out", file], input: startup)
                guard FileManager.default.fileExists(atPath: file) else { continue }
                let again = ["-starttls", "postgres", version, "-servername", Self.second, "-sess_in", file]
                #expect(!(try shared.tlsClient(again, input: []).out.contains("Reused, TLS")))
            }
            try await shared.door.close()
        }

        @Test func `the rules of the endpoint that is named apply`() async throws {
            let shared = try await Shared()
            shared.door.admit(["10.0.0.0/8"])
            try await shared.apply()
            let refused = try shared.psql(TestCertificates.host)
            #expect(refused.err.contains("connection from 127.0.0.1 to port 5432 refused by security group sg-0123"))
            #expect(try shared.psql(Self.second).err.contains("pg_hba.conf rejects"))
            shared.door.admit(["127.0.0.0/8"])
            try await shared.apply()
            #expect(try shared.psql(TestCertificates.host).out == "alice\n")
            try await shared.door.close()
        }

        @Test func `taken away, new clients are turned away and sessions go on`() async throws {
            let shared = try await Shared()
            let waiting = try TestSocket(shared.address, 5432)
            let words = shared.words(
                TestCertificates.host, "verify-full", "", ["select pg_sleep(10)", "select 'still here'"])
            let session = try Shell.start("psql", words, environment: ["PGPASSWORD": "secret"])
            try await shared.door.gateway.waitUntil("connected") { $0.listeners.first?.connections == 1 }
            let listeners = shared.listeners
            shared.listeners = []
            #expect(try await !shared.apply().listeners.contains { $0.id.hasPrefix("shared:") })
            #expect(try waiting.receiveToEnd().isEmpty)
            #expect(try shared.psql(TestCertificates.host).err.contains("Connection refused"))
            #expect(try session.outcome().out.hasSuffix("still here\n"))
            // A certificate that cannot be used leaves nobody in, and the report says why.
            shared.listeners = listeners
            shared.listeners[0].tls.certificateFile = "/nowhere"
            let report = try await shared.apply().listeners.last
            #expect(report?.id == listeners[0].id && report?.listening == true)
            #expect(report?.problem?.contains("/nowhere") == true)
            #expect(try shared.psql(TestCertificates.host, "require").status == 2)
            shared.listeners = listeners
            try await shared.apply()
            #expect(try shared.psql(TestCertificates.host).out == "alice\n")
            try await shared.door.close()
        }
    }
}
