import Foundation
import Glibc
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct Refusals {
        private static func answer(to bytes: [UInt8], _ route: Route) throws -> [UInt8] {
            let client = try TestSocket(route.address, route.port)
            try client.send(bytes)
            return try client.receiveToEnd()
        }

        @Test func `the superuser is not reachable`() async throws {
            let fixture = try await GatewayFixture()
            let reached = Counter()
            let server = try TestServer(fixture.socket) { _ in reached.add(1) }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let attempts: [[(String, String)]] = [
                [("user", "rdsadmin"), ("database", "postgres")],
                [("user", "alice"), ("user", "rdsadmin"), ("database", "postgres")],
                [("database", "postgres"), ("options", "-c x=y"), ("user", "rdsadmin")],
            ]
            for parameters in attempts {
                let fields = try #require(
                    PostgresBytes.fields(try Self.answer(to: PostgresBytes.startup(parameters), route)))
                #expect(fields["C"] == "28000")
                let who = "host \"127.0.0.1\", user \"rdsadmin\", database \"postgres\""
                #expect(fields["M"] == "pg_hba.conf rejects connection for \(who), no encryption")
                #expect(fields["H"] != nil)
            }
            #expect(reached.value == 0)
            server.stop()
            try await fixture.close()
        }

        @Test(arguments: [
            (Array("GET / HTTP/1.1\r\n\r\n".utf8), "08P01"),
            (PostgresBytes.word(4), "08P01"),
            (PostgresBytes.word(10_005), "08P01"),
            (PostgresBytes.startup([("user", "")]), "28000"),
            (PostgresBytes.packet(PostgresBytes.word(3 << 16) + Array("user".utf8)), "08P01"),
            (PostgresBytes.startup([("user", "a")], version: 4 << 16), "0A000"),
        ])
        func `what is no start-up gets an error and an end`(bytes: [UInt8], code: String) async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            #expect(PostgresBytes.fields(try Self.answer(to: bytes, route))?["C"] == code)
            try await fixture.close()
        }

        @Test func `clients of protocol 2 are answered in their own format`() async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let answer = try Self.answer(to: PostgresBytes.packet(PostgresBytes.word(2 << 16) + [0, 0, 0, 0]), route)
            let text = "EFATAL:  unsupported frontend protocol 2.0: server supports 3.0 to 3.0\n\0"
            #expect(String(decoding: answer, as: UTF8.self) == text)
            try await fixture.close()
        }

        @Test func `a cancel request reaches the server as it is`() async throws {
            let fixture = try await GatewayFixture()
            let seen = Counter()
            let server = try TestServer(fixture.socket) { socket in
                if try Handlers.readStartup(socket) == PostgresBytes.cancel { seen.add(1) }
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            #expect(try Self.answer(to: PostgresBytes.cancel, route).isEmpty)
            #expect(seen.value == 1)
            server.stop()
            // Without a server it ends at once instead of waiting.
            #expect(try Self.answer(to: PostgresBytes.cancel, route).isEmpty)
            try await fixture.close()
        }

        @Test func `one client too many is refused with 53300`() async throws {
            var limits = GatewayOptions.Limits()
            limits.connectionsPerRoute = 2
            let fixture = try await GatewayFixture(limits: limits)
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let sessions = try (0..<2).map { _ in try TestSocket.session(route) }
            let fields = PostgresBytes.fields(try Self.answer(to: PostgresBytes.alice, route))
            #expect(fields?["C"] == "53300")
            for session in sessions { session.endWriting() }
            try await fixture.waitUntil("gone") { $0.listeners.first?.connections == 0 }
            #expect(try TestSocket.session(route).echoes("room again"))
            server.stop()
            try await fixture.close()
        }

        @Test func `slow clients are closed in time, and before that to make room`() async throws {
            var limits = GatewayOptions.Limits()
            limits.pendingStartups = 10
            let fixture = try await GatewayFixture(limits: limits, startupTimeout: .seconds(5))
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let slow = try (0..<40).map { _ in
                let client = try TestSocket(route.address, route.port)
                try client.send([0])
                return client
            }
            #expect(try TestSocket.session(route).echoes("served"))
            for client in slow { #expect((try? client.receiveToEnd()) ?? [] == []) }
            server.stop()
            try await fixture.close()
        }
    }
}
