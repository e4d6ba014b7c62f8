import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    /// Clients that mean harm or are broken, and servers that are not there. The server is made by hand: it must not be reached.
    @Suite struct MySQLHostile {
        /// Greets, and does with what comes what it is told to.
        private func server(
            _ fixture: GatewayFixture, _ then: @escaping @Sendable (TestSocket) throws -> Void = { _ = try $0.receive() }
        ) throws -> TestServer {
            try TestServer(fixture.socket) { socket in
                try socket.send(MySQLBytes.greeting())
                try then(socket)
            }
        }

        private func greeted(_ route: Route) throws -> TestSocket {
            let client = try TestSocket(route.address, route.port)
            #expect(try client.receivePacket() == MySQLBytes.greeting())
            return client
        }

        private func route(_ fixture: GatewayFixture, holdTimeoutMs: Int = 60_000) async throws -> Route {
            let route = GatewayFixture.route(fixture.socket, port: 3306, wire: .mysql, holdTimeoutMs: holdTimeoutMs)
            try await fixture.apply([route])
            return route
        }

        @Test func `what is no answer to a greeting gets an error, and the server hears nothing of it`() async throws {
            let fixture = try await GatewayFixture()
            let received = Counter()
            let server = try server(fixture) { received.add(try $0.receive().count) }
            let route = try await route(fixture)
            let eager = MySQLBytes.response("alice", MySQLBytes.client.union(.tls))
            let cases: [([UInt8], Int)] = [
                (Array("GET / HTTP/1.1\r\n\r\n".utf8), 1153), (Array("PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n".utf8), 1153),
                (MySQLBytes.packet(0, MySQLBytes.response("alice")), 1156), (MySQLBytes.packet(1, []), 1043),
                (MySQLBytes.packet(1, [5, 0, 0, 0, 0] + MySQLBytes.terminated("root")), 1251),
                (MySQLBytes.packet(1, MySQLBytes.tlsRequest), 1043),
                (MySQLBytes.packet(1, eager), 1043), ([1, 0, 1, 1], 1153),
                (MySQLBytes.packet(1, Array(MySQLBytes.response("alice", method: nil).dropLast(2))), 1043),
            ]
            for (bytes, code) in cases {
                let client = try greeted(route)
                try client.send(bytes)
                let refusal = MySQLBytes.refusal(try client.receiveToEnd())
                #expect(refusal?.code == code && refusal?.text.hasPrefix("#") == true, "\(bytes.prefix(40))")
            }
            try await fixture.waitUntil("gone") { $0.listeners.first.map { $0.waiting + $0.connections } == 0 }
            #expect(received.value == 0)
            server.stop()
            try await fixture.close()
        }

        @Test func `an answer in single bytes, and what is sent too early, arrive in order`() async throws {
            let fixture = try await GatewayFixture()
            let answer = MySQLBytes.packet(1, MySQLBytes.response("alice", answer: [1]))
            let command = MySQLBytes.packet(0, [3] + Array("select 1".utf8))
            let server = try server(fixture) { socket in
                guard try socket.receive(exactly: answer.count) == answer else { return }
                try socket.send(MySQLBytes.packet(2, MySQLBytes.ok))
                try socket.send(try socket.receive(exactly: command.count))
            }
            let route = try await route(fixture)
            let client = try greeted(route)
            for byte in answer { try client.send([byte]) }
            try client.send(command)
            #expect(try client.receivePacket() == MySQLBytes.packet(2, MySQLBytes.ok))
            #expect(try client.receivePacket() == command)
            server.stop()
            try await fixture.close()
        }

        @Test func `a slow client is told that its time is over, and many make room`() async throws {
            var limits = GatewayOptions.Limits()
            limits.pendingStartups = 4
            let fixture = try await GatewayFixture(limits: limits, startupTimeout: .seconds(4))
            let server = try server(fixture)
            let route = try await route(fixture)
            let many = try (0..<8).map { _ in
                let client = try greeted(route)
                try client.send([1])
                usleep(5_000)
                return client
            }
            for client in many.prefix(4) { #expect((try? client.receiveToEnd()) ?? [] == []) }
            for client in many.suffix(4) { #expect(MySQLBytes.refusal(try client.receiveToEnd())?.code == 1159) }
            try await fixture.waitUntil("gone") { $0.listeners.first.map { $0.waiting + $0.connections } == 0 }
            server.stop()
            try await fixture.close()
        }

        @Test func `no server, one that is full, one that ends, one that speaks nonsense`() async throws {
            let fixture = try await GatewayFixture()
            let impatient = try await route(fixture, holdTimeoutMs: 300)
            let late = MySQLBytes.refusal(try TestSocket(impatient.address, impatient.port).receiveToEnd())
            let route = try await route(fixture)
            #expect(late?.number == 0 && late?.code == 1053 && late?.text.contains("did not answer in time") == true)
            let full = MySQLBytes.packet(0, [0xFF, 0x10, 0x04] + Array("Too many connections".utf8))
            for (words, code) in [
                (full, 1040), (Array("SSH-2.0-OpenSSH\r\n".utf8), 1043), (MySQLBytes.packet(0, [9, 65, 0]), 1043),
            ] {
                let server = try TestServer(fixture.socket) { socket in
                    try socket.send(words)
                    _ = try socket.receive()
                }
                #expect(MySQLBytes.refusal(try TestSocket(route.address, route.port).receiveToEnd())?.code == code)
                server.stop()
            }
            let ending = try server(fixture) { _ = try $0.receive(exactly: 8) }
            let client = try greeted(route)
            try client.send(MySQLBytes.packet(1, MySQLBytes.response("alice")))
            #expect(MySQLBytes.refusal(try client.receiveToEnd())?.code == 1053)
            ending.stop()
            try await fixture.close()
        }

        @Test func `more clients than may be are told so`() async throws {
            var limits = GatewayOptions.Limits()
            limits.connectionsPerRoute = 1
            let fixture = try await GatewayFixture(limits: limits)
            let server = try server(fixture)
            let route = try await route(fixture)
            let first = try greeted(route)
            let second = MySQLBytes.refusal(try TestSocket(route.address, route.port).receiveToEnd())
            #expect(second.map { $0 == (0, 1040, "Too many connections") } == true)
            first.endWriting()
            server.stop()
            try await fixture.close()
        }

        @Test func `caching_sha2_password without TLS is refused where it would need the password`() async throws {
            let fixture = try await GatewayFixture()
            let server = try server(fixture) { socket in
                _ = try socket.receivePacket()
                try socket.send(MySQLBytes.packet(2, [1, 4]))
                _ = try socket.receive()
            }
            let route = try await route(fixture)
            let client = try greeted(route)
            try client.send(MySQLBytes.packet(1, MySQLBytes.response("alice", answer: [1], method: "caching_sha2_password")))
            let refusal = MySQLBytes.refusal(try client.receiveToEnd())
            #expect(refusal?.number == 2 && refusal?.code == 1045)
            #expect(refusal?.text.contains("Authentication requires secure connection") == true)
            server.stop()
            try await fixture.close()
        }
    }
}
