import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct Login {
        private func door(iam: Bool = true) async throws -> FrontDoorFixture {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            if iam { try door.enableIAM() }
            try await door.apply()
            return door
        }

        @Test func `a token logs its role in, and passwords work as before`() async throws {
            let door = try await door()
            let session = try door.psql(
                "select current_user, session_user", user: "iam_user", password: door.token(), sslmode: "verify-full")
            #expect(session.out == "iam_user|iam_user\n" && session.err.isEmpty)
            let byAddress = door.token(host: door.route.address)
            #expect(try door.psql(user: "iam_user", password: byAddress, sslmode: "require").out == "iam_user\n")
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            let events = try await door.events()
            #expect(
                Set(events.map { "\($0.user) \($0.outcome) \($0.reason)" }) == ["iam_user success iam", "alice success password"])
            try await door.close()
        }

        @Test func `each bad token has RDS's words for the client and its reason in the events`() async throws {
            let door = try await door()
            let bad: [(String, String)] = [
                ("secret", "the password is not a login token"), (door.token(age: 901), "the token has expired"),
                (door.token(user: "alice"), "the token is for another user"),
                (door.token(host: "other.test"), "the token is for another host"),
                (door.token(port: 9), "the token is for another port"),
                (door.token(region: "us-west-2"), "the token is for another region"),
                (door.token(key: "AKIDOTHER"), "the token's access key is not known"),
                (door.token(secret: "wrong"), "the token's signature does not match"),
            ]
            var expected: Set<String> = []
            for (number, (token, reason)) in bad.enumerated() {
                // A new gateway address for each would be needed to escape the waits; they are part of it.
                let outcome = try door.psql(user: "iam_user", password: token, sslmode: "require")
                #expect(outcome.status == 2 && outcome.err.contains(#"FATAL:  PAM authentication failed for user "iam_user""#))
                expected.insert("iam: \(reason)")
                // A success forgives.
                if number % 4 == 3 {
                    #expect(try door.psql(user: "iam_user", password: door.token(), sslmode: "require").status == 0)
                }
            }
            let events = try await door.events()
            #expect(Set(events.filter { $0.outcome == .failure }.map(\.reason)) == expected)
            try await door.close()
        }

        @Test func `no token in the clear, and none where it is not enabled`() async throws {
            let door = try await door()
            let clear = try door.psql(user: "iam_user", password: door.token(), sslmode: "disable")
            #expect(clear.err.contains(#"no pg_hba.conf entry for host "127.0.0.1", user "iam_user""#))
            door.route.iam = nil
            try await door.apply()
            let off = try door.psql(user: "iam_user", password: door.token(), sslmode: "require")
            #expect(off.status == 2 && off.err.contains(#"PAM authentication failed for user "iam_user""#))
            #expect(try await door.events().map(\.reason).contains { $0.contains("not enabled") })
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            try await door.close()
        }

        @Test func `keys that others can read are not used`() async throws {
            let door = try await door()
            chmod(door.route.iam?.accessKeysFile ?? "", 0o644)
            #expect(try await door.apply()?.problem?.contains("0600") == true)
            #expect(try door.psql(user: "iam_user", password: door.token(), sslmode: "require").status == 2)
            chmod(door.route.iam?.accessKeysFile ?? "", 0o600)
            #expect(try await door.apply()?.problem == nil)
            #expect(try door.psql(user: "iam_user", password: door.token(), sslmode: "require").status == 0)
            try await door.close()
        }

        @Test func `who is asked for a token and says nothing, or something else, is closed`() async throws {
            let door = try await FrontDoorFixture(startupTimeout: .seconds(6))
            door.route.tls = try door.certificates.issue("one")
            try door.enableIAM()
            try await door.apply()
            let startup = PostgresBytes.startup([("user", "iam_user"), ("database", "postgres")])
            let options = ["-quiet", "-ign_eof", "-alpn", "postgresql"]
            let begun = ContinuousClock.now
            #expect(try door.tlsClient(options, input: startup).out.utf8.elementsEqual(PostgresBytes.welcome))
            #expect(ContinuousClock.now - begun < .seconds(30))
            // Eager clients have no business here: the first message after the start-up is the gateway's to judge alone.
            let eager = try door.tlsClient(options, input: startup + PostgresBytes.password("x"))
            #expect(eager.out.contains("expected password response"))
            try await door.gateway.waitUntil("gone") { $0.listeners.first.map { $0.waiting + $0.connections } == 0 }
            try await door.close()
        }

        @Test func `what is sent behind the start-up packet does not reach a server that asks for nothing`() async throws {
            let fixture = try await GatewayFixture()
            let received = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.authenticationOk + PostgresBytes.ready)
                received.add(try socket.receive().count)
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let client = try TestSocket(route.address, route.port)
            try client.send(PostgresBytes.alice + [UInt8(ascii: "Q")] + PostgresBytes.packet(PostgresBytes.terminated("drop")))
            #expect(PostgresBytes.fields(try client.receiveToEnd())?["C"] == "28000")
            try await Task.sleep(for: .milliseconds(50))
            #expect(received.value == 0)
            server.stop()
            try await fixture.close()
        }

        @Test func `an eager client's password is for the server that asks for it`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                try socket.send(try socket.receive(exactly: PostgresBytes.password("secret").count))
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let client = try TestSocket(route.address, route.port)
            try client.send(PostgresBytes.alice + PostgresBytes.password("secret"))
            #expect(try client.receiveToEnd() == PostgresBytes.welcome + PostgresBytes.password("secret"))
            server.stop()
            try await fixture.close()
        }

        @Test func `wrong passwords are counted, and slow the address down until one is right`() async throws {
            let door = try await door(iam: false)
            for _ in 0..<6 {
                let outcome = try door.psql(password: "wrong", sslmode: "require")
                #expect(outcome.err.contains(#"password authentication failed for user "alice""#))
            }
            let begun = ContinuousClock.now
            #expect(try door.psql(sslmode: "require").out == "alice\n")
            #expect(ContinuousClock.now - begun > .milliseconds(450))
            // A busy machine may slow any one of them.
            var again: [Duration] = []
            repeat {
                let begun = ContinuousClock.now
                #expect(try door.psql(sslmode: "require").out == "alice\n")
                again.append(ContinuousClock.now - begun)
            } while again.last.map { $0 >= .milliseconds(450) } == true && again.count < 50
            #expect(again.contains { $0 < .milliseconds(450) })
            _ = try door.psql(sslmode: "require", options: "dbname=nowhere")
            let logins = try await door.gateway.client.call(.report).listeners.first?.logins
            #expect(logins?.failures == 6 && logins?.successes == again.count + 1 && logins?.errors == 1)
            #expect(logins?.attempts == again.count + 8)
            let events = try await door.events()
            #expect(events.filter { $0.reason == "28P01" }.map(\.count).reduce(0, +) == 6)
            #expect(events.contains { $0.outcome == .error && $0.reason == "3D000" })
            try await door.close()
        }

        @Test func `a replication start-up without the role is refused by the server`() async throws {
            let door = try await door(iam: false)
            let outcome = try door.psql("IDENTIFY_SYSTEM", options: "replication=true")
            #expect(outcome.status == 2 && outcome.err.contains("FATAL"))
            try await door.close()
        }

        @Test func `protocol 3_2 is negotiated by the server`() async throws {
            let door = try await door(iam: false)
            let client = try TestSocket(door.route.address, door.route.port)
            try client.send(PostgresBytes.startup([("user", "alice"), ("database", "postgres")], version: 3 << 16 | 2))
            #expect(try client.receive(exactly: 1) == Array("v".utf8))
            try await door.close()
        }
    }
}
