import Foundation
import Routing
import Synchronization
import Testing

@testable import Gateway

/// Everything with real sockets runs one after the other: it counts descriptors and measures memory.
@Suite(.serialized) struct LiveTests {}

extension LiveTests {
    @Suite struct Relay {
        @Test func `a session is relayed and counted`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            let report = try await fixture.apply([route])
            #expect(report.listeners.map(\.listening) == [true])
            #expect(report.revision == 1)
            let session = try TestSocket.session(route)
            #expect(try session.echoes("select 1"))
            try await fixture.waitUntil("counted") { $0.listeners.first?.connections == 1 }
            session.endWriting()
            #expect(try session.receiveToEnd().isEmpty)
            try await fixture.waitUntil("gone") { $0.listeners.first?.connections == 0 }
            server.stop()
            try await fixture.close()
        }

        @Test func `start-up in single bytes, after requests for encryption`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let socket = try TestSocket(route.address, route.port)
            for request in [PostgresBytes.gssRequest, PostgresBytes.sslRequest] {
                for byte in request { try socket.send([byte]) }
                #expect(try socket.receive(exactly: 1) == Array("N".utf8))
            }
            for byte in PostgresBytes.alice { try socket.send([byte]) }
            #expect(try socket.receive(exactly: 9) == PostgresBytes.welcome)
            #expect(try socket.echoes("x"))
            server.stop()
            try await fixture.close()
        }

        @Test func `large transfers both ways at once arrive whole`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route)
            let total = 16 << 20
            let sender = Thread {
                var generator = Pattern()
                var left = total
                while left > 0 {
                    try? session.send(generator.next(min(left, 100_003)))
                    left -= 100_003
                }
                session.endWriting()
            }
            sender.start()
            var expected = Pattern()
            var received = 0
            while case let bytes = try session.receive(), !bytes.isEmpty {
                #expect(bytes == expected.next(bytes.count), "byte \(received)")
                received += bytes.count
            }
            #expect(received == total)
            server.stop()
            try await fixture.close()
        }

        @Test func `a reader that does not read stops the writer, and memory stays bounded`() async throws {
            let fixture = try await GatewayFixture()
            let counter = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                var generator = Pattern()
                let part = generator.next(64 << 10)
                for _ in 0..<400 {
                    try socket.send(part)
                    counter.add(64 << 10)
                }
                socket.endWriting()
                _ = try socket.receive()
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route, receiveBuffer: 32 << 10)
            let stalled = try await settled(counter)
            #expect(stalled > 0 && stalled < 12 << 20, "the writer goes on although nobody reads")
            var pattern = Pattern()
            let part = pattern.next(64 << 10)
            for _ in 0..<400 { #expect(try session.receive(exactly: part.count) == part) }
            #expect(try session.receiveToEnd().isEmpty)
            server.stop()
            try await fixture.close()
        }

        @Test func `each half closes on its own`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                let all = try socket.receiveToEnd()
                try socket.send(Array("got \(all.count)".utf8))
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route)
            try session.send(Array(repeating: 7, count: 300_000))
            session.endWriting()
            #expect(String(decoding: try session.receiveToEnd(), as: UTF8.self) == "got 300000")
            server.stop()
            try await fixture.close()
        }

        @Test func `the server's half may end first`() async throws {
            let fixture = try await GatewayFixture()
            let counter = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                socket.endWriting()
                counter.add(try socket.receiveToEnd().count)
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route)
            #expect(try session.receiveToEnd().isEmpty)
            try session.send(Array(repeating: 7, count: 300_000))
            session.endWriting()
            try await fixture.waitUntil("the rest arrived") { _ in counter.value == 300_000 }
            server.stop()
            try await fixture.close()
        }

        @Test func `what a server says last is heard, though it took nothing`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome + PostgresBytes.error("57P01"))
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let socket = try TestSocket(route.address, route.port)
            try socket.send(PostgresBytes.alice)
            try await Task.sleep(for: .milliseconds(100))
            try? socket.send(Array(repeating: 1, count: 4_096))
            let all = try socket.receiveToEnd()
            #expect(PostgresBytes.fields(Array(all.dropFirst(9)))?["C"] == "57P01")
            server.stop()
            try await fixture.close()
        }

        @Test func `two hundred at once, and no descriptor is left behind`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            do { _ = try TestSocket.session(route).echoes("warm") }
            try await fixture.waitUntil("warm") { $0.listeners.first?.connections == 0 }
            let before = OpenSockets.count(of: route)
            let sessions = try (0..<200).map { _ in try TestSocket.session(route) }
            for (number, session) in sessions.enumerated() { try session.send(Array("n\(number)".utf8)) }
            for (number, session) in sessions.enumerated() {
                let expected = Array("n\(number)".utf8)
                #expect(try session.receive(exactly: expected.count) == expected)
            }
            try await fixture.waitUntil("all counted") { $0.listeners.first?.connections == 200 }
            #expect(OpenSockets.count(of: route) >= before + 400)
            for session in sessions { session.endWriting() }
            for session in sessions { #expect(try session.receiveToEnd().isEmpty) }
            try await fixture.waitUntil("all gone") { $0.listeners.first?.connections == 0 }
            withExtendedLifetime(sessions) {}
            #expect(try await OpenSockets.settled(route, atMost: before) <= before)
            server.stop()
            try await fixture.close()
        }

        @Test func `a server's socket may have a path longer than an address holds`() async throws {
            let fixture = try await GatewayFixture(name: String(repeating: "long-", count: 30))
            #expect(fixture.socket.utf8.count > 107)
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            #expect(try TestSocket.session(route).echoes("deep"))
            server.stop()
            try await fixture.close()
        }
    }
}

/// Bytes that never repeat within what a buffer holds.
struct Pattern {
    private var state: UInt32

    init(seed: UInt32 = 1) { state = seed }

    mutating func next(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add(_ more: Int) { count.withLock { $0 += more } }
}

/// The value once it has not moved for half a second.
func settled(_ counter: Counter) async throws -> Int {
    var last = -1
    while counter.value != last || last == 0 {
        last = counter.value
        try await Task.sleep(for: .milliseconds(500))
    }
    return last
}
