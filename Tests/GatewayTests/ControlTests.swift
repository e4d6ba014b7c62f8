import CMartlet
import Foundation
import Logging
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite struct Control {
        @Test func `a second gateway on the same directory is refused`() async throws {
            let fixture = try await GatewayFixture()
            let options = GatewayOptions(directory: fixture.directory, handlesSignals: false)
            let second = GatewayServer(options: options, logger: Logger(label: "second"))
            await #expect(throws: GatewayError.alreadyRunning(directory: fixture.directory)) { try await second.run() }
            #expect(try await fixture.client.call(.report).processID == getpid())
            try await fixture.close()
        }

        @Test func `it starts from the table on disk, and leaves no files behind`() async throws {
            let address = GatewayFixture.freshAddress()
            let fixture = try await GatewayFixture { [GatewayFixture.route($0.socket, address: address)] }
            let files = fixture.directory + "/gateway/"
            let report = try await fixture.client.call(.report)
            #expect(report.listeners.map(\.listening) == [true])
            let mode = { (name: String) in
                try FileManager.default.attributesOfItem(atPath: files + name)[.posixPermissions] as? Int
            }
            #expect(try mode("control.sock") == 0o600)
            #expect(try mode("gateway.pid") == 0o600)
            #expect(try mode("") == 0o700)
            let pid = try String(contentsOfFile: files + "gateway.pid", encoding: .utf8)
            #expect(pid.contains("\(getpid())"))
            #expect(try await fixture.client.call(.stop).listeners.count == 1)
            for _ in 0..<6_000 where FileManager.default.fileExists(atPath: files + "gateway.pid") {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(!FileManager.default.fileExists(atPath: files + "control.sock"))
            await #expect(throws: GatewayControlClient.Failure.self) { try await fixture.client.call(.report) }
            try await fixture.close()
        }

        @Test func `the control socket may lie deep`() async throws {
            let fixture = try await GatewayFixture(name: String(repeating: "deep-", count: 40))
            #expect(try await fixture.client.call(.report).listeners.isEmpty)
            try await fixture.close()
        }

        @Test func `a gateway that takes no connections is not waited for without end`() throws {
            let directory = "/tmp/martlet-stuck-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(atPath: directory + "/gateway", withIntermediateDirectories: true)
            defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
            let path = directory + "/gateway/control.sock"
            let listener = martlet_unix_listen(path, 0o600, 0)
            try #require(listener >= 0)
            defer { martlet_close(listener) }
            let first = try TestSocket(unix: path)
            let client = GatewayControlClient(directory: directory, timeoutMs: 300)
            #expect(throws: GatewayControlClient.Failure.timedOut(milliseconds: 300)) { try client.callBlocking(.report) }
            withExtendedLifetime(first) {}
        }

        @Test func `changing other routes does not disturb a connection`() async throws {
            let fixture = try await GatewayFixture()
            let server = try TestServer(fixture.socket, handle: Handlers.postgres)
            var a = GatewayFixture.route(fixture.socket, id: "db-a")
            let b = GatewayFixture.route(fixture.socket, id: "db-b")
            try await fixture.apply([a, b])
            let onA = try TestSocket.session(a)
            let onB = try TestSocket.session(b)
            let oldPort = a.port
            a.port = 5433
            a.gate = .hold
            let report = try await fixture.apply([a])
            #expect(report.listeners.map(\.port) == [5433])
            #expect(report.listeners.map(\.listening) == [true])
            #expect(try onA.echoes("still here"))
            #expect(try onB.receiveToEnd().isEmpty)
            #expect(throws: TestFailure.self) { try TestSocket(a.address, oldPort) }
            a.gate = .open
            try await fixture.apply([a])
            #expect(try TestSocket.session(a).echoes("new port"))
            #expect(try onA.echoes("and still"))
            server.stop()
            try await fixture.close()
        }

        @Test func `two routes that change places both get what they want`() async throws {
            let fixture = try await GatewayFixture()
            var a = GatewayFixture.route(fixture.socket, id: "db-a")
            var b = GatewayFixture.route(fixture.socket, id: "db-b")
            try await fixture.apply([a, b])
            swap(&a.address, &b.address)
            let report = try await fixture.apply([a, b])
            #expect(report.listeners.map(\.listening) == [true, true])
            #expect(report.listeners.map(\.address) == [a.address, b.address])
            try await fixture.close()
        }

        @Test func `an address that is taken is reported, and taken when it is free`() async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket)
            let other = try await GatewayFixture()
            try await other.apply([route])
            let report = try await fixture.apply([route])
            #expect(report.listeners.map(\.listening) == [false])
            #expect(report.listeners.first?.problem?.contains("EADDRINUSE") == true)
            try await other.close()
            try await fixture.waitUntil("listening") { $0.listeners.first?.listening == true }
            try await fixture.close()
        }

        @Test(arguments: [
            (#"{"format": 99, "revision": 9, "routes": [], "news": 1}"#, "format 99"),
            ("{", "not a routing table"),
        ])
        func `a table that cannot be used changes nothing`(text: String, problem: String) async throws {
            let fixture = try await GatewayFixture()
            let route = GatewayFixture.route(fixture.socket)
            try await fixture.apply([route])
            try text.write(toFile: fixture.directory + "/gateway/routes.json", atomically: true, encoding: .utf8)
            let report = try await fixture.client.call(.apply)
            #expect(report.problem?.contains(problem) == true)
            #expect(report.revision == 1)
            #expect(report.listeners.map(\.listening) == [true])
            try FileManager.default.removeItem(atPath: fixture.directory + "/gateway/routes.json")
            #expect(try await fixture.client.call(.apply).problem?.contains("missing") == true)
            #expect(try await fixture.apply([]).problem == nil)
            try await fixture.close()
        }

        @Test func `control clients that misbehave are closed, and many are too many`() async throws {
            let fixture = try await GatewayFixture()
            let path = fixture.directory + "/gateway/control.sock"
            let rude = try TestSocket(unix: path)
            try rude.send(Array("who are you?\n".utf8))
            #expect(try rude.receiveToEnd().isEmpty)
            let crowd = try (0..<20).map { _ in try TestSocket(unix: path) }
            #expect(try crowd[19].receiveToEnd().isEmpty)
            // Two calls in one packet are answered in order.
            try crowd[0].send(Array("{\"request\":\"report\"}\n{\"request\":\"report\"}\n".utf8))
            var answer: [UInt8] = []
            while answer.filter({ $0 == 10 }).count < 2 { answer += try crowd[0].receive() }
            withExtendedLifetime(crowd) {}
            try await fixture.close()
        }
    }
}
