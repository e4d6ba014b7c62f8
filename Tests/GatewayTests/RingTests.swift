import Foundation
import Routing
import Synchronization
import Testing

@testable import Gateway

/// What io_uring does with connections that have shown to carry short messages. Where the system has none, epoll must do the
/// same, so these run with either.
extension LiveTests {
    @Suite struct Ring {
        /// Enough exchanges for both directions to be read by the ring.
        static func warmed(_ route: Route) throws -> TestSocket {
            let session = try TestSocket.session(route)
            for number in 0..<20 {
                guard try session.echoes("message \(number)") else { throw TestFailure("no echo of \(number)") }
            }
            return session
        }

        @Test func `the report says what relays`() async throws {
            for asked in [GatewayControl.Relay.epoll, .ring] {
                let fixture = try await GatewayFixture(relay: asked)
                let report = try await fixture.client.call(.report)
                let isThere = (try? RelayRing()) != nil
                #expect(report.relay == (isThere ? asked : .epoll))
                try await fixture.close()
            }
        }

        @Test func `short and long messages take turns, and arrive whole and in order`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try Self.warmed(route)
            var pattern = Pattern()
            for size in [1, 1_535, 1_536, 1_537, 5_000, 20_000, 3, 300_000, 10, 70_000] {
                for _ in 0..<12 {
                    let bytes = pattern.next(size)
                    let sender = Thread { try? session.send(bytes) }
                    sender.start()
                    #expect(try session.receive(exactly: size) == bytes, "\(size) bytes")
                }
            }
            server.stop()
            try await fixture.close()
        }

        @Test func `a load that comes and goes changes over, and no message is lost or out of order`() async throws {
            let fixture = try await GatewayFixture(ringLoad: .init(enter: 1.2, leave: 1.1, pause: 1_000_000))
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let steady = try Self.warmed(route)
            for wave in 0..<6 {
                let good = Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<12 {
                        group.addTask {
                            let session = try TestSocket.session(route)
                            for turn in 0..<100 where try session.echoes("\(wave) \(number) \(turn)") { good.add(1) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(good.value == 1_200)
                for turn in 0..<200 { #expect(try steady.echoes("alone \(wave) \(turn)")) }
            }
            server.stop()
            try await fixture.close()
        }

        @Test func `fifty sessions of random messages at once`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let good = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let session = try TestSocket.session(route)
                        var pattern = Pattern(seed: UInt32(number))
                        for _ in 0..<200 {
                            let most = Int.random(in: 0..<20) == 0 ? 9_000 : 200
                            let bytes = pattern.next(Int.random(in: 1...most))
                            try session.send(bytes)
                            guard try session.receive(exactly: bytes.count) == bytes else { throw TestFailure("other bytes") }
                        }
                        good.add(1)
                        session.endWriting()
                        guard try session.receiveToEnd().isEmpty else { throw TestFailure("more bytes") }
                    }
                }
                try await group.waitForAll()
            }
            #expect(good.value == 50)
            try await fixture.waitUntil("gone") { $0.listeners.first?.connections == 0 }
            server.stop()
            try await fixture.close()
        }

        private static let warmUps = 20

        /// The server's part of a session that has had enough messages to be on the ring.
        private static func welcomeAndWarmUp(_ socket: TestSocket) throws {
            try Handlers.readStartup(socket)
            try socket.send(PostgresBytes.welcome)
            for _ in 0..<warmUps { try socket.send(try socket.receive(exactly: 4)) }
        }

        /// The client's part.
        private static func warmUp(_ session: TestSocket) throws {
            for _ in 0..<warmUps { #expect(try session.echoes("warm")) }
        }

        @Test func `a reader that stops reading stops its writer`() async throws {
            let fixture = try await GatewayFixture()
            let counter = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Self.welcomeAndWarmUp(socket)
                var generator = Pattern()
                let part = generator.next(1_000)
                for _ in 0..<26_000 {
                    try socket.send(part)
                    counter.add(part.count)
                }
                socket.endWriting()
                _ = try socket.receive()
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route, receiveBuffer: 32 << 10)
            try Self.warmUp(session)
            let stalled = try await settled(counter)
            #expect(stalled > 0 && stalled < 12 << 20, "the writer goes on although nobody reads")
            var pattern = Pattern()
            let part = pattern.next(1_000)
            for _ in 0..<26_000 { #expect(try session.receive(exactly: part.count) == part) }
            #expect(try session.receiveToEnd().isEmpty)
            server.stop()
            try await fixture.close()
        }

        @Test func `a last message that does not fit arrives when its reader goes on`() async throws {
            let fixture = try await GatewayFixture()
            let door = SocketBox()
            let server = try TestServer(fixture.socket) { socket in
                try Self.welcomeAndWarmUp(socket)
                door.put(socket)
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let session = try TestSocket.session(route, receiveBuffer: 8 << 10)
            try Self.warmUp(session)
            let writer = try await door.socket()
            var pattern = Pattern()
            var sent: [UInt8] = []
            // Until the gateway has kept something back. From there on nothing happens but that the reader goes on: anything
            // else would wake the gateway.
            var fits = true
            while fits && sent.count < 8 << 20 {
                let part = pattern.next(1_000)
                try writer.send(part)
                sent += part
                for _ in 0..<40 {
                    try await Task.sleep(for: .milliseconds(1))
                    fits = try #require(OpenSockets.unread(session)) == sent.count
                    if fits { break }
                }
            }
            #expect(!fits, "everything fits")
            try await Task.sleep(for: .milliseconds(100))
            #expect(try session.receive(exactly: sent.count) == sent)
            server.stop()
            try await fixture.close()
        }

        /// A server's socket, for the test itself.
        private final class SocketBox: Sendable {
            private let kept = Mutex<TestSocket?>(nil)

            func put(_ socket: TestSocket) { kept.withLock { $0 = socket } }

            func socket() async throws -> TestSocket {
                for _ in 0..<500 {
                    if let socket = kept.withLock({ $0 }) { return socket }
                    try await Task.sleep(for: .milliseconds(10))
                }
                throw TestFailure("nobody connected")
            }
        }

        @Test func `the last message before an end is not lost, either way`() async throws {
            let fixture = try await GatewayFixture()
            let heard = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try Handlers.readStartup(socket)
                try socket.send(PostgresBytes.welcome)
                for number in 0..<20 { try socket.send(try socket.receive(exactly: "message \(number)".utf8.count)) }
                heard.add(try socket.receiveToEnd().count)
                try socket.send(Array("goodbye".utf8))
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            for round in 1...50 {
                let session = try Self.warmed(route)
                try session.send(Array("last".utf8))
                session.endWriting()
                #expect(String(decoding: try session.receiveToEnd(), as: UTF8.self) == "goodbye")
                #expect(heard.value == 4 * round)
            }
            try await fixture.waitUntil("gone") { $0.listeners.first?.connections == 0 }
            server.stop()
            try await fixture.close()
        }

        @Test func `both ends hear at once that the other has gone, and no descriptor is left`() async throws {
            let fixture = try await GatewayFixture()
            let ended = Counter()
            let server = try TestServer(fixture.socket) { socket in
                try? Handlers.postgres(socket)
                ended.add(1)
            }
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            do { _ = try Self.warmed(route) }
            try await fixture.waitUntil("warm") { $0.listeners.first?.connections == 0 }
            let before = OpenSockets.count(of: route)
            do {
                let sessions = try (0..<50).map { _ in try Self.warmed(route) }
                try await fixture.waitUntil("all there") { $0.listeners.first?.connections == 50 }
                withExtendedLifetime(sessions) {}
            }
            try await fixture.waitUntil("all gone") { $0.listeners.first?.connections == 0 && ended.value == 51 }
            #expect(try await OpenSockets.settled(route, atMost: before) <= before)
            server.stop()
            try await fixture.close()
        }

        @Test func `a route that is removed ends its sessions at once`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            let sessions = try (0..<10).map { _ in try Self.warmed(route) }
            let began = ContinuousClock.now
            try await fixture.apply([])
            for session in sessions { #expect((try? session.receiveToEnd())?.isEmpty ?? true) }
            #expect(ContinuousClock.now - began < .seconds(10))
            server.stop()
            try await fixture.close()
        }
    }
}
