internal import Engines
internal import Foundation
internal import Logging
internal import Resources
internal import Routing

/// One pass over one instance: what is wanted, and the hands that look and act.
struct InstanceContext: Sendable {
    let desired: DBInstance
    let engine: any Engine
    let world: LaneWorld

    var site: ServerSite { ServerSite(id: desired.resourceID, version: desired.spec.engineVersion) }

    var settings: ServerSettings? {
        guard let instanceClass = DBInstanceClass(named: desired.spec.instanceClass) else { return nil }
        return ServerSettings(
            instanceClass: instanceClass, port: desired.spec.port, performanceInsights: desired.spec.performanceInsights)
    }

    var target: InstanceTarget {
        InstanceTarget(
            configuration: settings.map { engine.fingerprint(site, settings: $0) } ?? "", route: route(gate: .open))
    }

    private func route(gate: Route.Gate) -> Route? {
        guard let address = desired.address else { return nil }
        return Route(
            id: desired.resourceID,
            name: world.naming.host(identifier: desired.identifier, region: desired.region, address: address),
            address: address, port: desired.spec.port, wire: engine.wire == .mysql ? .mysql : .postgres, socketPath: engine.socketPath(of: site),
            gate: gate, reservedUsers: [engine.administrator],
            access: world.access.compiler(desired.region, world.store).access(to: desired))
    }

    func look() async -> InstanceSight {
        async let facts = engine.facts(of: site)
        async let route = world.routes.route(desired.id)
        async let listening = world.routes.isListening(desired.id)
        async let namesInSync = world.hosts.isInSync()
        return InstanceSight(
            facts: await facts, route: await route, listening: await listening, namesInSync: await namesInSync, now: Date())
    }

    func perform(_ action: InstanceAction) async throws {
        switch action {
        case .applyPending: try await InstanceRecords(context: self).applyPending()
        case .endStop: try await InstanceRecords(context: self).endStop()
        case .allocateAddress: _ = try await world.addresses.allocate(for: desired)
        case .provision: try await provision()
        case .configure: try await configure()
        case .reload: try await engine.reload(site)
        case .start: try await engine.start(site, timeout: .seconds(60))
        case .stop: try await engine.stop(site, grace: .seconds(20))
        case .bootstrap:
            try await engine.bootstrap(site, Bootstrap(master: desired.master, databaseName: desired.spec.databaseName))
        case .applyMasterPassword: try await engine.applyMasterPassword(site, desired.master)
        case .publishRoute(let gate): try await publish(gate)
        case .closeRoute: try await world.routes.close(desired.id)
        case .syncNames: try await world.hosts.sync()
        case .removeData: try await engine.remove(site)
        case .forget: try await InstanceRecords(context: self).forget()
        case .complete(let operation): try await InstanceRecords(context: self).complete(operation)
        }
    }

    private func provision() async throws {
        try await engine.provision(site)
        world.poolWake.set()
    }

    private func configure() async throws {
        guard let settings else {
            throw EngineError.system(what: "configuration", reason: "unknown instance class \(desired.spec.instanceClass)")
        }
        try await engine.configure(site, settings: settings)
    }

    /// Publishes the endpoint; one that cannot be listened on moves to another address while nobody knows it yet.
    private func publish(_ gate: Route.Gate) async throws {
        guard let route = route(gate: gate) else { return }
        do {
            try await world.routes.publish(route)
        } catch let error as AddressError where desired.createdAt == nil {
            world.logger.info("endpoint moves to another address", metadata: ["reason": "\(error)"])
            _ = try await world.addresses.allocate(for: desired)
        }
    }
}
