internal import Certificates
internal import Cgroups
internal import Crypto
internal import Engines
internal import Foundation
internal import Keys
internal import Logging
internal import Resources
internal import Routing
internal import Volumes

/// One pass over one instance: what is wanted, and the hands that look and act.
struct InstanceContext: Sendable {
    let desired: DBInstance
    let engine: any Engine
    let world: LaneWorld

    var site: ServerSite { ServerSite(id: desired.resourceID, version: desired.spec.engineVersion) }

    /// Nil for the default group.
    let optionGroup: DBOptionGroup?
    /// The volume was full when it was last looked at.
    let isFull: Bool
    /// What the server's configuration is made from, or why it cannot be made.
    private let settings: Result<ServerSettings, any Error>

    init(desired: DBInstance, engine: any Engine, world: LaneWorld) {
        self.desired = desired
        self.engine = engine
        self.world = world
        let group = world.store.optionGroup(of: desired)
        optionGroup = group
        isFull = world.board[desired.id]?.volume?.isFull ?? false
        settings = Result { [isFull] in try InstanceSettings.make(desired, engine, group: group, isFull: isFull) }
    }

    /// Nil while they cannot be made.
    var knownSettings: ServerSettings? {
        guard case .success(let settings) = settings else { return nil }
        return settings
    }

    /// What the server may take of the host: what its class promises, and the speed of the storage that its owner asked for.
    ///
    /// - Parameter device: what its volume is attached to.
    func limits(on device: BlockDevice?) -> ServerLimits {
        let promised = world.limitsByClass ? DBInstanceClass(named: desired.spec.instanceClass).map(ServerLimits.init) : nil
        var limits = promised ?? .none
        limits.io = StorageSpeed.limits(desired.spec, on: device)
        return limits
    }

    /// True when a client has to use TLS; where that cannot be told, it has to.
    private var forcesTLS: Bool { knownSettings?.forcesTLS ?? true }

    func target(_ seen: InstanceSight) -> InstanceTarget {
        InstanceTarget(
            configuration: knownSettings.map { engine.fingerprint(site, settings: $0) } ?? "",
            route: route(gate: .open, certificate: seen.certificate), certificate: certificate(seen.certificate))
    }

    /// What the certificate should say. An owner who named no authority keeps the one that there is.
    func certificate(_ found: EndpointCertificate?) -> CertificateRequest? {
        desired.address.map {
            world.identity.request(
                names: [world.naming.name(identifier: desired.identifier, region: desired.region)], address: $0,
                authority: desired.spec.certificateAuthority ?? found?.authority)
        }
    }

    private func route(gate: Route.Gate, certificate: EndpointCertificate?) -> Route? {
        guard let address = desired.address else { return nil }
        return Route(
            id: desired.resourceID,
            name: world.naming.host(identifier: desired.identifier, region: desired.region, address: address),
            address: address, port: desired.spec.port, wire: engine.wire == .mysql ? .mysql : .postgres,
            socketPath: engine.socketPath(of: site), gate: gate, reservedUsers: [engine.administrator],
            access: access,
            tls: certificate.map { world.identity.tls($0, isRequired: forcesTLS) },
            iam: desired.spec.usesIAMAuthentication
                ? world.identity.iam(
                    region: desired.region, port: desired.spec.port,
                    hosts: [world.naming.name(identifier: desired.identifier, region: desired.region), address],
                    wordFile: engine.tokenWordFile(of: site))
                : nil,
            serverName: serverName, namesClient: engine.believesGateway ? true : nil)
    }

    /// Of the instance as it is wanted now: a pass that began before a change of its groups must not take that back.
    private var access: Route.Access {
        let current = world.store.get(DBInstance.self, region: desired.region, id: desired.id) ?? desired
        return world.access.compiler(desired.region, world.store).access(to: current)
    }

    /// The name by which a shared address leads here.
    private var serverName: String? {
        guard world.naming.usesDNS, engine.wire == .postgres else { return nil }
        return world.naming.name(identifier: desired.identifier, region: desired.region).lowercased()
    }

    func look() async -> InstanceSight {
        async let facts = engine.facts(of: site)
        async let route = world.routes.route(desired.id)
        async let listening = world.routes.isListening(desired.id)
        async let namesInSync = world.hosts.isInSync()
        async let volume = world.volumes.look(desired, engine, keys: world.identity.keys, in: world.store)
        var sight = InstanceSight(
            facts: await facts, route: await route, listening: await listening, namesInSync: await namesInSync,
            certificate: world.identity.certificates.facts(desired.id), secret: secret(), hasSnapshot: hasSnapshot,
            volume: await volume, now: Date())
        sight.isUnverified = isUnverified
        return sight
    }

    /// Only what is still being restored can be thrown away.
    private var isUnverified: Bool {
        desired.source != nil && desired.createdAt == nil && world.snapshots.isUnverified(site)
    }

    /// The document tells: it is written once the files are complete. One that has gone was complete, and deleted since.
    private var hasSnapshot: Bool {
        guard let id = desired.operation?.snapshot else { return false }
        return world.store.get(DBSnapshot.self, region: desired.region, id: id)?.isComplete ?? true
    }

    private func secret() -> ManagedSecretSight? {
        guard let arn = desired.master.secretARN, let found = world.store.get(Secret.self, region: desired.region, id: arn)
        else { return nil }
        return ManagedSecretSight(
            hasPending: found.pending != nil,
            nextRotation: canSeal(found) ? world.identity.rotation.next(for: found) : nil)
    }

    /// A password that its key cannot seal does not rotate: it is due again once the key works.
    private func canSeal(_ secret: Secret) -> Bool {
        guard let name = secret.kmsKeyID else { return true }
        do {
            let keyName = try KeyName(name, region: secret.region, account: world.identity.keys.account)
            guard let key = world.store.key(keyName, region: secret.region) else { return false }
            try world.identity.keys.checkUsable(key)
            return true
        } catch {
            return false
        }
    }

    func perform(_ action: InstanceAction) async throws {
        switch action {
        case .applyPending: try await InstanceRecords(context: self).applyPending()
        case .endStop: try await InstanceRecords(context: self).endStop()
        case .allocateAddress: _ = try await world.addresses.allocate(for: desired)
        case .provision: try await provision()
        case .restore(let snapshot):
            try await world.snapshots.restore(snapshot, to: site, by: engine, on: volume(), key: snapshotKey(snapshot))
        case .verify(let snapshot): try await verify(snapshot)
        case .takeSnapshot(let snapshot): try await take(snapshot)
        case .configure: try await configure()
        case .reload: try await engine.reload(site)
        case .start: try await start()
        case .stop: try await engine.stop(site, grace: .seconds(20))
        case .bootstrap:
            try await engine.bootstrap(site, Bootstrap(master: desired.master, databaseName: desired.spec.databaseName))
        case .applyMasterPassword: try await engine.applyMasterPassword(site, desired.master)
        case .rotateMasterPassword: try await InstanceRecords(context: self).rotate()
        case .promoteSecret: try await InstanceRecords(context: self).promoteSecret()
        case .issueCertificate: try issueCertificate()
        case .publishRoute(let gate): try await publish(gate)
        case .closeRoute: try await world.routes.close(desired.id)
        case .syncNames: try await world.hosts.sync()
        case .attachVolume: try await attachVolume()
        case .detachVolume: try await world.volumes.detach(desired, engine)
        case .removeData: try await removeData()
        case .forget:
            try world.identity.certificates.remove(desired.id)
            try await InstanceRecords(context: self).forget()
        case .complete(let operation): try await InstanceRecords(context: self).complete(operation)
        }
    }

    private func removeData() async throws {
        world.snapshots.forget(site)
        try await engine.remove(site)
        try await world.volumes.remove(desired, engine)
    }

    /// The volume may have been mounted since the last look, on any device.
    private func start() async throws {
        let volume = await world.volumes.look(desired, engine, keys: world.identity.keys, in: world.store)
        do { try await engine.start(site, limits: limits(on: volume?.device), timeout: .seconds(60)) } catch {
            // Damage says more than what followed from it.
            if isUnverified, let source = desired.source { try await verify(source.snapshot) }
            throw error
        }
    }

    /// What was restored from a damaged snapshot goes at once.
    private func verify(_ snapshot: String) async throws {
        do { try await world.snapshots.verify(site, restoredFrom: snapshot) } catch let error as EngineError {
            if case .snapshotDamaged = error {
                try await engine.stop(site, grace: .seconds(1))
                try await removeData()
            }
            throw error
        }
    }

    private func provision() async throws {
        try await engine.provision(site, on: volume())
        world.poolWake.set()
    }

    private func take(_ snapshot: String) async throws {
        defer { world.board.publish(progress: nil, of: snapshot) }
        let key = try snapshotKey(snapshot)
        let facts = try await world.snapshots.take(snapshot, of: site, by: engine, on: volume(), key: key) {
            [board = world.board] percent in
            board.publish(progress: percent, of: snapshot)
        }
        try await SnapshotRecords(world: world).complete(snapshot, region: desired.region, facts, of: desired)
    }

    /// Nil where it is not encrypted; one that nobody wants any more is not taken for that.
    private func snapshotKey(_ id: String) throws -> SymmetricKey? {
        guard let snapshot = world.store.get(DBSnapshot.self, region: desired.region, id: id) else {
            throw EngineError.system(what: "take snapshot \(id)", reason: "it is wanted no more")
        }
        return try world.identity.keys.snapshotKey(of: snapshot, in: world.store)
    }

    private func volume() throws -> InstanceVolume? {
        try world.volumes.volume(of: desired, engine, keys: world.identity.keys, in: world.store)
    }

    private func attachVolume() async throws {
        guard let volume = try volume() else { return }
        try await volume.host.run { _ in try volume.attach(mayCreate: false) }
    }

    private func configure() async throws {
        try await engine.configure(site, settings: settings.get())
    }

    private func issueCertificate() throws {
        let found = world.identity.certificates.facts(desired.id)
        guard let wanted = certificate(found) else { return }
        let reason = CertificateDecision.reason(wanted: wanted, seen: found, now: Date()) ?? "asked for"
        let made = try world.identity.certificates.issue(desired.id, wanted, now: Date())
        world.logger.info(
            "certificate issued",
            metadata: ["endpoint": "\(wanted.names.first ?? "")", "reason": "\(reason)", "fingerprint": "\(made.fingerprint)"])
    }

    /// Publishes the endpoint; one that cannot be listened on moves to another address while nobody knows it yet.
    private func publish(_ gate: Route.Gate) async throws {
        let certificate = world.identity.certificates.facts(desired.id)
        guard let route = route(gate: gate, certificate: certificate) else { return }
        do {
            try await world.routes.publish(route)
        } catch let error as AddressError where desired.createdAt == nil {
            world.logger.info("endpoint moves to another address", metadata: ["reason": "\(error)"])
            _ = try await world.addresses.allocate(for: desired)
        }
    }
}
