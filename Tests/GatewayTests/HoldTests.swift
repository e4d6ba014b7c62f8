import Foundation
import Routing
import Synchronization
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct Hold {
        @Test func `a held gate makes clients wait, and lets them through in order`() async throws {
            let fixture = try await GatewayFixture()
            let order = Mutex<[UInt8]>([])
            let server = try TestServer(fixture.socket) { socket in
                let startup = try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                // The user is "u" and a digit: the byte after "user", a zero and "u".
                order.withLock { $0.append(startup[14]) }
                try Handlers.echo(socket)
            }
            var route = GatewayFixture.route(fixture.socket, gate: .hold)
            try await fixture.apply([route])
            var clients: [TestSocket] = []
            for number in 0..<8 {
                let client = try TestSocket(route.address, route.port)
                try client.send(PostgresBytes.startup([("user", "u\(number)")]))
                clients.append(client)
                try await fixture.waitUntil("waits") { $0.listeners.first?.waiting == number + 1 }
            }
            #expect(order.withLock { $0.isEmpty })
            route.gate = .open
            let report = try await fixture.apply([route])
            #expect(report.listeners.first?.waiting ?? 0 <= 8)
            for client in clients { #expect(try client.receive(exactly: 9) == PostgresBytes.welcome) }
            for client in clients { #expect(try client.echoes("on")) }
            // The server's threads may overtake each other by a place; the order of arrival is the hold queue's own test.
            #expect(Set(order.withLock { $0 }) == Set("01234567".utf8))
            server.stop()
            try await fixture.close()
        }

        @Test func `whoever waits too long is told that the database is starting up`() async throws {
            let fixture = try await GatewayFixture()
            let held = GatewayFixture.route(fixture.socket, id: "db-held", gate: .hold, holdTimeoutMs: 200)
            let dead = GatewayFixture.route(fixture.socket + ".none", id: "db-dead", holdTimeoutMs: 200)
            try await fixture.apply([held, dead])
            for route in [held, dead] {
                let begun = ContinuousClock.now
                let client = try TestSocket(route.address, route.port)
                try client.send(PostgresBytes.alice)
                let fields = try #require(PostgresBytes.fields(try client.receiveToEnd()))
                #expect(fields["C"] == "57P03")
                #expect(fields["S"] == "FATAL")
                #expect(fields["M"] == "the database system is starting up")
                #expect(fields["H"]?.contains(route.name) == true)
                let waited = ContinuousClock.now - begun
                #expect(waited > .milliseconds(190) && waited < .seconds(30))
            }
            try await fixture.waitUntil("nobody waits") { $0.listeners.allSatisfy { $0.waiting == 0 } }
            try await fixture.close()
        }

        @Test func `a server that is down when the client comes and up soon after`() async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let clients = try (0..<20).map { _ in try TestSocket(route.address, route.port) }
            for client in clients { try client.send(PostgresBytes.alice) }
            try await fixture.waitUntil("all wait") { $0.listeners.first?.waiting == 20 }
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            for client in clients { #expect(try client.receive(exactly: 9) == PostgresBytes.welcome) }
            // Restarted: those connected are told so by the closed connection, new ones wait.
            server.stop()
            let late = try TestSocket(route.address, route.port)
            try late.send(PostgresBytes.alice)
            try await fixture.waitUntil("waits") { $0.listeners.first?.waiting == 1 }
            let again = try TestServer(fixture.socket, handle: Handlers.postgres)
            #expect(try late.receive(exactly: 9) == PostgresBytes.welcome)
            again.stop()
            try await fixture.close()
        }

        @Test func `a server that recovers is asked again, and the client hears nothing of it`() async throws {
            let fixture = try await GatewayFixture()
            let attempts = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                attempts.add(1)
                switch attempts.value {
                case 1, 2: try socket.send(PostgresBytes.error("57P03"))
                case 3:
                    for byte in PostgresBytes.error("57P03") {
                        try socket.send([byte])
                        usleep(200)
                    }
                case 4: break
                default:
                    try socket.send(PostgresBytes.welcome)
                    try Handlers.echo(socket)
                }
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route)
            #expect(attempts.value == 5)
            #expect(try session.echoes("there"))
            server.stop()
            try await fixture.close()
        }

        @Test(arguments: ["28P01", "3D000", "53300"])
        func `other refusals of the server are the client's to hear`(code: String) async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.error(code))
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let client = try TestSocket(route.address, route.port)
            try client.send(PostgresBytes.alice)
            #expect(try client.receiveToEnd() == PostgresBytes.error(code))
            server.stop()
            try await fixture.close()
        }

        @Test func `a client that leaves while it waits gives its place back`() async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket, gate: .hold)
            try await fixture.apply([route])
            do {
                let client = try TestSocket(route.address, route.port)
                try client.send(PostgresBytes.alice)
                try await fixture.waitUntil("waits") { $0.listeners.first?.waiting == 1 }
                withExtendedLifetime(client) {}
            }
            try await fixture.waitUntil("nobody waits") { $0.listeners.first?.waiting == 0 }
            try await fixture.close()
        }
    }
}
