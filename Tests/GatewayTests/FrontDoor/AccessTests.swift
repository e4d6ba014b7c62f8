import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct Access {
        @Test(arguments: ["disable", "prefer", "require"])
        func `psql shows which group refuses, and the command that helps`(sslmode: String) async throws {
            let door = try await FrontDoorFixture()
            door.route.tls = try door.certificates.issue("one")
            door.admit(["10.0.0.0/8"])
            try await door.apply()
            let refused = try door.psql(sslmode: sslmode)
            #expect(refused.status == 2)
            #expect(refused.err.contains("connection from 127.0.0.1 to port 5432 refused by security group sg-0123"))
            let command =
                "aws ec2 authorize-security-group-ingress --group-id sg-0123 --protocol tcp --port 5432 --cidr 127.0.0.1/32 "
                + "--region eu-west-1"
            #expect(refused.err.contains(command))
            let event = try #require(try await door.events().first)
            #expect(event.outcome == .refused && event.reason == "access-denied" && event.address == "127.0.0.1")
            #expect(event.user == "alice" && event.route == door.route.id)
            door.admit(["127.0.0.0/8"])
            try await door.apply()
            #expect(try door.psql(sslmode: sslmode).out == "alice\n")
            try await door.close()
        }

        @Test func `the server hears nothing of it, and no credential is asked for`() async throws {
            let fixture = try await GatewayFixture()
            let reached = Counter()
            let server = try TestServer(fixture.socket) { _ in reached.add(1) }
            var route = GatewayFixture.route(fixture.socket)
            let access = Route.Access(refusal: .diagnose, groups: ["sg-1"], rules: [], region: "us-east-1")
            route.access = access
            try await fixture.apply([route])
            for packet in [PostgresBytes.alice, PostgresBytes.cancel] {
                let client = try TestSocket(route.address, route.port)
                try client.send(packet)
                let answer = try client.receiveToEnd()
                #expect(answer.isEmpty || PostgresBytes.fields(answer)?["C"] == "28000")
            }
            var mysql = route
            mysql.wire = .mysql
            mysql.id = "db-M"
            mysql.address = GatewayFixture.freshAddress()
            try await fixture.apply([route, mysql])
            let client = try TestSocket(mysql.address, mysql.port)
            #expect(String(decoding: try client.receiveToEnd().dropFirst(7), as: UTF8.self).hasPrefix("Host '127.0.0.1' is not"))
            #expect(reached.value == 0)
            server.stop()
            try await fixture.close()
        }

        @Test(arguments: [Route.Wire.postgres, .mysql])
        func `silence is long, and has an end`(wire: Route.Wire) async throws {
            var limits = GatewayOptions.Limits()
            limits.silentRefusals = 5
            let fixture = try await GatewayFixture(limits: limits, startupTimeout: .seconds(20))
            var route = GatewayFixture.route(fixture.socket, wire: wire)
            route.access = Route.Access(refusal: .drop, groups: ["sg-1"], rules: [], region: "us-east-1")
            try await fixture.apply([route])
            let begun = ContinuousClock.now
            let many = try (0..<12).map { _ in
                let client = try TestSocket(route.address, route.port)
                // A MySQL client waits for the server's greeting.
                if wire == .postgres { try client.send(PostgresBytes.alice) }
                return client
            }
            // The first ones had to make room.
            for client in many.prefix(7) { #expect((try? client.receiveToEnd()) ?? [] == []) }
            #expect(ContinuousClock.now - begun < .milliseconds(19_000))
            for client in many.suffix(5) { #expect((try? client.receiveToEnd()) ?? [] == []) }
            #expect(ContinuousClock.now - begun > .milliseconds(19_900))
            try await fixture.close()
        }

        @Test func `who is not admitted any more is gone, others stay`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            var route = GatewayFixture.route(fixture.socket)
            func access(_ blocks: [String]) -> Route.Access {
                Route.Access(
                    refusal: .diagnose, groups: ["sg-1"], rules: [.init(id: "sgr-1", group: "sg-1", blocks: blocks)], region: "r")
            }
            var other = GatewayFixture.route(fixture.socket, id: "db-B")
            other.access = access(["127.0.0.1/32"])
            route.access = access(["127.0.0.1/32", "127.9.9.9/32"])
            try await fixture.apply([route, other])
            let revoked = try TestSocket.session(route)
            let kept = try TestSocket(source: "127.9.9.9", route.address, route.port)
            try kept.send(PostgresBytes.alice)
            #expect(try kept.receive(exactly: 9) == PostgresBytes.welcome)
            let elsewhere = try TestSocket.session(other)
            let starting = try TestSocket(route.address, route.port)
            try starting.send(Array(PostgresBytes.alice.prefix(10)))
            route.access = access(["127.9.9.9/32"])
            let begun = ContinuousClock.now
            try await fixture.apply([route, other])
            #expect((try? revoked.receiveToEnd()) ?? [] == [])
            #expect(ContinuousClock.now - begun < .seconds(20))
            #expect(try kept.echoes("stays"))
            #expect(try elsewhere.echoes("stays"))
            try starting.send(Array(PostgresBytes.alice.dropFirst(10)))
            #expect(PostgresBytes.fields(try starting.receiveToEnd())?["C"] == "28000")
            let report = try await fixture.waitUntil("counted") { $0.listeners.first?.connections == 1 }
            #expect(report.listeners.last?.connections == 1)
            #expect(try await fixture.client.events(after: 0).events.events.map(\.reason).contains("access-revoked"))
            server.stop()
            try await fixture.close()
        }
    }
}

extension TestSocket {
    /// Connects from an address of this machine.
    convenience init(source: String, _ address: String, _ port: Int) throws {
        self.init(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var from = sockaddr_in()
        from.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, source, &from.sin_addr)
        let answer = withUnsafePointer(to: &from) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0 else { throw TestFailure("bind \(source)") }
        try connect(address, port)
    }
}
