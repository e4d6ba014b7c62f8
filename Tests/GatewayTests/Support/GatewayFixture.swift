import Foundation
import Logging
import Routing
import Synchronization
import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc
#endif

/// A gateway in a directory of its own, in this process, with a table that the test writes.
final class GatewayFixture {
    let directory: String
    let gateway: GatewayServer
    let client: GatewayControlClient
    private var revision: UInt64 = 0
    private let run: Task<Void, any Error>
    private static let addresses = Atomic<Int>(0)

    init(
        limits: GatewayOptions.Limits = .init(), startupTimeout: Duration = .seconds(60), name: String = "gw",
        relay: GatewayControl.Relay = .asked, ringLoad: RelayLoad.Limits = .always,
        routes: (GatewayFixture.Paths) -> [Route] = { _ in [] }
    ) async throws {
        directory = "/tmp/martlet-\(name)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory + "/gateway", withIntermediateDirectories: true)
        var options = GatewayOptions(
            directory: directory, startupTimeout: startupTimeout, lingerTimeout: .milliseconds(500), limits: limits,
            handlesSignals: false, relay: relay)
        options.ringLoad = ringLoad
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .debug
        gateway = GatewayServer(options: options, logger: logger)
        client = GatewayControlClient(directory: directory, timeoutMs: 60_000)
        let gateway = gateway
        try Self.write(routes(Paths(directory: directory)), revision: 0, directory)
        run = Task { try await gateway.run() }
        try await ready()
    }

    struct Paths {
        var directory: String
        var socket: String { directory + "/server.sock" }
    }

    var socket: String { Paths(directory: directory).socket }

    /// A loopback address that no other test of this run has.
    static func freshAddress() -> String {
        let number = addresses.add(1, ordering: .relaxed).newValue
        return "127.\(64 + getpid() % 128).\(number / 200 + 1).\(number % 200 + 1)"
    }

    static func route(
        _ socket: String, id: String = "db-A", address: String = freshAddress(), port: Int = 5432, wire: Route.Wire = .postgres,
        gate: Route.Gate = .open, holdTimeoutMs: Int = 60_000
    ) -> Route {
        Route(
            id: id, name: "\(id).test", address: address, port: port, wire: wire, socketPath: socket, gate: gate,
            reservedUsers: ["rdsadmin"], holdTimeoutMs: holdTimeoutMs)
    }

    @discardableResult
    func apply(_ routes: [Route], shared: [SharedListener]? = nil) async throws -> GatewayControl.Report {
        revision += 1
        try Self.write(routes, revision: revision, directory, shared: shared)
        return try await client.call(.apply)
    }

    private static func write(_ routes: [Route], revision: UInt64, _ directory: String, shared: [SharedListener]? = nil) throws {
        let table = RoutingTable(revision: revision, routes: routes, sharedListeners: shared)
        try JSONEncoder().encode(table).write(to: URL(fileURLWithPath: directory + "/gateway/routes.json"), options: .atomic)
    }

    private func ready() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if (try? await client.call(.report)) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestFailure("the gateway did not start")
    }

    /// Waits until a report satisfies the condition.
    @discardableResult
    func waitUntil(_ what: String, _ condition: (GatewayControl.Report) -> Bool) async throws -> GatewayControl.Report {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            // Whoever was kept from looking until the deadline looks once nevertheless.
            let isLast = ContinuousClock.now >= deadline
            let report = try await client.call(.report)
            if condition(report) { return report }
            if isLast { throw TestFailure("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends the gateway and removes its directory.
    func close() async throws {
        gateway.stop()
        try await run.value
        try FileManager.default.removeItem(atPath: directory)
    }
}

extension GatewayControl.Relay {
    /// What `MARTLET_RELAY` names; `scripts/test` runs these tests with each.
    static let asked = ProcessInfo.processInfo.environment["MARTLET_RELAY"].flatMap(Self.init) ?? .ring
}

/// Servers for tests.
enum Handlers {
    /// Sends back what it gets.
    static let echo: @Sendable (TestSocket) throws -> Void = { socket in
        while case let bytes = try socket.receive(), !bytes.isEmpty { try socket.send(bytes) }
        socket.endWriting()
    }

    /// Takes a start-up packet, welcomes, and sends back what comes after.
    static let postgres: @Sendable (TestSocket) throws -> Void = { socket in
        try readStartup(socket)
        try socket.send(PostgresBytes.welcome)
        try echo(socket)
    }

    @discardableResult
    static func readStartup(_ socket: TestSocket) throws -> [UInt8] {
        let length = try socket.receive(exactly: 4)
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        return length + (try socket.receive(exactly: count - 4))
    }
}

extension TestSocket {
    /// Starts a session as alice and takes the welcome.
    static func session(_ route: Route, receiveBuffer: Int32? = nil) throws -> TestSocket {
        let socket = try TestSocket(route.address, route.port, receiveBuffer: receiveBuffer)
        try socket.send(PostgresBytes.alice)
        let welcome = try socket.receive(exactly: PostgresBytes.welcome.count)
        guard welcome == PostgresBytes.welcome else { throw TestFailure("no welcome: \(welcome)") }
        return socket
    }

    func echoes(_ text: String) throws -> Bool {
        try send(Array(text.utf8))
        return try receive(exactly: text.utf8.count) == Array(text.utf8)
    }
}
