internal import Foundation
public import Logging
internal import PrivateFiles
public import Routing

/// Owns the routing table: writes it where the gateway reads it, and has the gateway confirm it.
public actor RoutePublisher {
    private let file: String
    private let client: GatewayControlClient
    private let logger: Logger
    private var table: RoutingTable
    private var listening: Set<String> = []
    private var problems: [String: String] = [:]
    private var lastRead: (processID: Int32, revision: UInt64)?
    /// The table in memory is not the one on disk yet.
    private var isChanged = false

    /// - Parameters:
    ///   - directory: `DIR/gateway`.
    ///   - shared: the addresses that endpoints share; they are in force after the first `refresh`.
    public init(directory: String, client: GatewayControlClient, shared: [SharedListener] = [], logger: Logger) {
        self.file = directory + "/routes.json"
        self.client = client
        self.logger = logger
        do {
            table = try JSONDecoder().decode(RoutingTable.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
            table.format = RoutingTable.currentFormat
        } catch {
            table = RoutingTable()
            if FileManager.default.fileExists(atPath: file) {
                logger.warning("routing table written anew, it could not be read", metadata: ["reason": "\(error)"])
            }
        }
        if table.sharedListeners ?? [] != shared {
            table.sharedListeners = shared.isEmpty ? nil : shared
            isChanged = true
        }
    }

    func route(_ id: String) -> Route? { table.routes.first { $0.id == id } }

    func isListening(_ id: String) -> Bool { listening.contains(id) }

    /// Puts a route in force, and returns once the gateway listens on it.
    ///
    /// - Throws: `AddressError.notListening` with the gateway's reason, or what kept the gateway from being reached.
    func publish(_ route: Route) async throws {
        if let index = table.routes.firstIndex(where: { $0.id == route.id }) {
            table.routes[index] = route
        } else {
            table.routes.append(route)
        }
        try await apply()
        guard listening.contains(route.id) else {
            throw AddressError.notListening(
                address: route.address, port: route.port, reason: problems[route.id] ?? "the gateway does not say why")
        }
    }

    /// Changes who may connect on routes that are published already; routes that are not stay so.
    func admit(_ access: [String: Route.Access]) async throws {
        var changed = false
        for index in table.routes.indices {
            guard let wanted = access[table.routes[index].id], table.routes[index].access != wanted else { continue }
            table.routes[index].access = wanted
            changed = true
        }
        if changed { try await apply() }
    }

    func close(_ id: String) async throws {
        table.routes.removeAll { $0.id == id }
        try await apply()
    }

    /// Drops routes of instances that are no more.
    func keepOnly(_ ids: Set<String>) async throws {
        let former = table.routes.count
        table.routes.removeAll { !ids.contains($0.id) }
        if table.routes.count != former { try await apply() }
    }

    /// Asks the gateway what is true, after it has been started anew.
    func refresh() async throws {
        if isChanged { try await apply() } else { read(try await client.call(.apply)) }
    }

    func gatewayEnded() { listening = [] }

    private func apply() async throws {
        table.revision += 1
        let wanted = table.revision
        do {
            try write()
            isChanged = false
            var report = try await client.call(.apply)
            // Another lane's table may have been applied in between; it contains ours.
            if report.revision < wanted { report = try await client.call(.apply) }
            read(report)
            // What is not in force must not be built upon: a server that stops asking for passwords relies on its route.
            if report.revision < wanted {
                throw TableRefused(reason: report.problem ?? "it keeps to revision \(report.revision)")
            }
            // Those who are let in or held are the relay's.
            if report.relay == nil { throw TableRefused(reason: report.problem ?? "its relay does not answer") }
        } catch {
            // What the gateway has in force is unknown now: whoever looks finds its route unconfirmed and publishes again.
            listening = []
            throw error
        }
    }

    private func read(_ report: GatewayControl.Report) {
        // Answers may overtake each other on their way through here.
        if let lastRead, lastRead.processID == report.processID, report.revision < lastRead.revision { return }
        lastRead = (report.processID, report.revision)
        listening = Set(report.listeners.filter(\.listening).map(\.id))
        problems = Dictionary(
            report.listeners.compactMap { listener in listener.problem.map { (listener.id, $0) } }, uniquingKeysWith: { $1 })
        for shared in table.sharedListeners ?? [] where !listening.contains(shared.id) {
            logger.error(
                "the gateway cannot listen on a shared address",
                metadata: ["address": "\(shared.id)", "reason": "\(problems[shared.id] ?? "it does not say why")"])
        }
        if let problem = report.problem {
            logger.error("the gateway refused the routing table", metadata: ["reason": "\(problem)"])
        }
    }

    private func write() throws {
        let data = try JSONEncoder().encode(table)
        // Not forced to the disk: after a power cut no server runs either, and the control plane makes it again.
        try PrivateFile.replace(file, with: data, durably: false)
    }
}
