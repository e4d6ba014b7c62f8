internal import Certificates
public import Engines
internal import Foundation
public import Logging
public import Resources
internal import Synchronization

/// Brings every instance to what its owner wants, and keeps it there. One lane per instance; the store says which there are.
///
/// Cancelling `run` ends the lanes and nothing else: databases and the gateway go on, and the next `run` adopts them.
public final class Convergence: Sendable {
    public struct Settings: Sendable {
        public var account: String
        public var naming: EndpointNaming
        public var addresses: LoopbackRange
        /// Warm clusters kept ready per engine version; 0 turns the pool off.
        public var warmPool: Int
        /// Heavy steps (initialise, start, stop) at one time.
        public var parallelism: Int
        public var access: AccessPolicy
        /// Warm clusters are in images: new instances are.
        public var warmImages = false
        public var scaling = StorageScaling()
        /// Servers are held to what their class promises, as far as the host can do that.
        public var limitsByClass = false

        public init(
            account: String, naming: EndpointNaming, addresses: LoopbackRange, warmPool: Int, parallelism: Int,
            access: AccessPolicy
        ) {
            self.account = account
            self.naming = naming
            self.access = access
            self.addresses = addresses
            self.warmPool = warmPool
            self.parallelism = parallelism
        }
    }

    private let world: LaneWorld
    private let gateway: GatewaySupervisor
    private let pool: WarmPoolKeeper
    private let scaling: StorageScaling
    private let lanes = Mutex<[String: InstanceLane]>([:])

    public init(
        settings: Settings, store: Store, board: ObservationBoard, engines: any EngineDirectory, routes: RoutePublisher,
        hosts: HostsFile, gateway: GatewaySupervisor, identity: EndpointIdentity, host: EngineHost, logger: Logger
    ) {
        let poolWake = LaneWake()
        scaling = settings.scaling
        let volumes = InstanceVolumes(host: host.volumes, serverUser: host.user?.uid)
        world = LaneWorld(
            store: store, board: board, engines: engines, routes: routes, hosts: hosts,
            addresses: AddressAllocator(range: settings.addresses, store: store), naming: settings.naming,
            access: settings.access, identity: identity, volumes: volumes, events: InstanceEvents(account: settings.account),
            snapshots: SnapshotShelf(host: host),
            heavy: AsyncSemaphore(settings.parallelism),
            poolWake: poolWake, limitsByClass: settings.limitsByClass, logger: logger)
        self.gateway = gateway
        pool = WarmPoolKeeper(
            engines: engines.all, target: settings.warmPool, inImages: settings.warmImages, wake: poolWake, logger: logger)
    }

    private var loginEvents: LoginEventsReader {
        LoginEventsReader(
            client: world.identity.gateway, cursorFile: world.identity.loginCursorFile, documents: world.store,
            events: world.events, obstacle: { [world] in await world.loginObstacle(of: $0, user: $1) },
            logger: world.logger)
    }

    /// Runs until cancelled.
    public func run() async {
        let changes = world.store.changes()
        let groupChanges = world.store.changes()
        let snapshotChanges = world.store.changes()
        await gateway.ensureRunning()
        await dropStaleRoutes()
        dropStaleCertificates()
        let snapshots = SnapshotKeeper(world: world)
        let leftovers = snapshots.begin()
        await withDiscardingTaskGroup { group in
            group.addTask { [gateway, world, self] in
                await gateway.supervise {
                    world.logger.warning("the gateway has been started again")
                    self.wakeAll()
                }
            }
            group.addTask { [world, self] in
                let keeper = AccessKeeper(store: world.store, policy: world.access, routes: world.routes, logger: world.logger)
                await keeper.run(groupChanges) { self.wakeAll() }
            }
            group.addTask { [pool] in await pool.run() }
            group.addTask { [world] in await CatalogueKeeper(engines: world.engines.all, logger: world.logger).run() }
            group.addTask { [world] in await EventRetention(store: world.store, logger: world.logger).run() }
            group.addTask { [world] in
                await KeyKeeper(store: world.store, keys: world.identity.keys, logger: world.logger).run()
            }
            group.addTask { await snapshots.run(snapshotChanges, removing: leftovers) }
            group.addTask { [world] in await LogKeeper(world: world).run() }
            group.addTask { [world, scaling, self] in
                await StorageKeeper(world: world, scaling: scaling) { self.wake(id: $0) }.run()
            }
            group.addTask { [world, self] in
                await MemoryKillWatch(store: world.store, engines: world.engines).run { self.wake(id: $0) }
            }
            group.addTask { [loginEvents] in await loginEvents.run() }
            startLanes(in: &group)
            for await case .touched(let references) in changes {
                world.board.touch()
                startLanes(in: &group)
                wake(references)
            }
            group.cancelAll()
        }
    }

    private func dropStaleRoutes() async {
        do {
            try await world.routes.keepOnly(Set(world.store.list(DBInstance.self).map(\.id)))
        } catch {
            world.logger.error("stale routes could not be dropped", metadata: ["reason": "\(error)"])
        }
    }

    private func dropStaleCertificates() {
        do {
            try world.identity.certificates.keepOnly(Set(world.store.list(DBInstance.self).map(\.id)))
        } catch {
            world.logger.error("stale certificates could not be removed", metadata: ["reason": "\(error)"])
        }
    }

    /// A lane for every instance that has none yet.
    private func startLanes(in group: inout DiscardingTaskGroup) {
        for instance in world.store.list(DBInstance.self) {
            let lane = lanes.withLock { lanes -> InstanceLane? in
                guard lanes[instance.id] == nil else { return nil }
                let lane = InstanceLane(id: instance.id, region: instance.region, world: world)
                lanes[instance.id] = lane
                return lane
            }
            guard let lane else { continue }
            group.addTask { [self] in
                await lane.run()
                lanes.withLock { $0[lane.id] = nil }
            }
        }
    }

    private func wake(_ references: [StoreChange.Reference]) {
        // What an option group says is not in the instances that name it.
        if references.contains(where: { $0.kind == DBOptionGroup.kind || $0.kind == KMSKey.kind }) { return wakeAll() }
        let woken = lanes.withLock { lanes in references.compactMap { lanes[$0.id] } }
        for lane in woken { lane.wake.set() }
    }

    private func wake(id: String) { lanes.withLock { $0[id] }?.wake.set() }

    private func wakeAll() {
        for lane in lanes.withLock({ Array($0.values) }) { lane.wake.set() }
    }
}
