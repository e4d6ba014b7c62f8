internal import Engines
internal import Foundation
internal import Logging
internal import Resources
internal import Volumes

/// Watches how full image volumes are, much more often than lanes look: a full one must be noticed before its server is in
/// distress. Tells of it on the board, scales storage, and ends writers who eat up the reserve.
actor StorageKeeper {
    private struct Watch {
        var history = StorageScaling.History()
        var samples: [(at: Date, used: Int64)] = []
        var toldBlocked: String?
        var writersEndedAt: Date?
    }

    private let world: LaneWorld
    private let scaling: StorageScaling
    private let wake: @Sendable (String) -> Void
    private var watches: [String: Watch] = [:]

    init(world: LaneWorld, scaling: StorageScaling, wake: @escaping @Sendable (String) -> Void) {
        self.world = world
        self.scaling = scaling
        self.wake = wake
    }

    func run() async {
        while !Task.isCancelled {
            var pause = 2.0
            let instances = world.store.list(DBInstance.self).filter(\.hasRealSize)
            watches = watches.filter { id, _ in instances.contains { $0.id == id } }
            for instance in instances where instance.operation?.kind != .delete {
                if let room = await look(instance) { pause = min(pause, StorageGauge.pause(room)) }
            }
            do { try await Task.sleep(for: .seconds(pause)) } catch { return }
        }
    }

    private func look(_ instance: DBInstance) async -> VolumeState.Room? {
        guard let seen = world.board[instance.id]?.volume, let engine = world.engines.engine(named: instance.spec.engine),
            let room = world.volumes.host.quickRoom(world.volumes.host.site(instance: instance.id))
        else { return nil }
        let now = Date()
        let size = Int64(instance.spec.allocatedStorage) << 30
        // The lane puts it on the board, so that all that follows has one author.
        if StorageGauge.isFull(room, size: size, was: seen.isFull) != seen.isFull { wake(instance.id) }
        var watch = watches[instance.id] ?? Watch()
        note(room, size, &watch, now)
        watches[instance.id] = watch
        await tell(instance, room, size)
        await scale(instance, now)
        await endWriters(instance, engine, room, isFull: seen.isFull, now)
        return room
    }

    private func note(_ room: VolumeState.Room, _ size: Int64, _ watch: inout Watch, _ now: Date) {
        let isLow = StorageGauge.isLow(room, size: size)
        watch.history.lowSince = isLow ? watch.history.lowSince ?? now : nil
        let used = size - room.freeBytes
        if now.timeIntervalSince(watch.samples.last?.at ?? .distantPast) >= scaling.hindsight / 60 {
            watch.samples.append((now, used))
        }
        watch.samples.removeAll { now.timeIntervalSince($0.at) > scaling.hindsight }
        watch.history.growth = watch.samples.first.map { ($0.used, used, now.timeIntervalSince($0.at)) }
    }

    /// RDS-EVENT-0089, once for each time that it becomes low.
    private func tell(_ instance: DBInstance, _ room: VolumeState.Room, _ size: Int64) async {
        guard let since = watches[instance.id]?.history.lowSince, toldLow[instance.id] != since else {
            if watches[instance.id]?.history.lowSince == nil { toldLow[instance.id] = nil }
            return
        }
        toldLow[instance.id] = since
        await record(instance, InstanceEvents.lowStorage(instance, freeBytes: room.freeBytes, sizeBytes: size), [.lowStorage])
    }

    private var toldLow: [String: Date] = [:]

    private func scale(_ instance: DBInstance, _ now: Date) async {
        guard let history = watches[instance.id]?.history, history.lowSince != nil, instance.operation == nil,
            instance.power == .running, instance.createdAt != nil
        else { return }
        let roomGiB = world.volumes.roomGiB(for: instance) ?? 0
        switch scaling.decide(
            size: instance.spec.allocatedStorage, maximum: instance.spec.maxAllocatedStorage, room: roomGiB,
            grownAt: instance.storageGrownAt, history, now: now)
        {
        case .wait: return
        case .blocked(let reason):
            guard watches[instance.id]?.toldBlocked != reason else { return }
            watches[instance.id]?.toldBlocked = reason
            await record(
                instance, "Storage autoscaling is unable to scale the storage for the reason: \(reason).", [.failure])
        case .grow(let size): await grow(instance, to: size, now)
        }
    }

    private func grow(_ instance: DBInstance, to size: Int, _ now: Date) async {
        watches[instance.id]?.toldBlocked = nil
        do {
            try await world.store.write { [events = world.events] tx in
                guard let found = tx.get(DBInstance.self, region: instance.region, id: instance.id), found.operation == nil,
                    found.spec.allocatedStorage == instance.spec.allocatedStorage
                else { return }
                let grown = try tx.update(DBInstance.self, region: instance.region, id: instance.id) { instance in
                    instance.growStorage(to: size, at: now)
                    instance.operation = DBInstance.Operation(kind: .autoscaleStorage, requestedAt: now)
                }
                for event in events.autoscaling(grown, at: now) { try tx.record(event) }
            }
        } catch {
            world.logger.error("storage could not be scaled", metadata: ["instance": "\(instance.id)", "reason": "\(error)"])
        }
    }

    private func endWriters(
        _ instance: DBInstance, _ engine: any Engine, _ room: VolumeState.Room, isFull: Bool, _ now: Date
    ) async {
        guard isFull, engine.needsReserve, StorageGauge.isReserveInDanger(room),
            now.timeIntervalSince(watches[instance.id]?.writersEndedAt ?? .distantPast) >= 1
        else { return }
        watches[instance.id]?.writersEndedAt = now
        do {
            try await engine.endWriters(ServerSite(id: instance.id, version: instance.spec.engineVersion))
        } catch {
            world.logger.warning("writers could not be ended", metadata: ["instance": "\(instance.id)", "reason": "\(error)"])
        }
    }

    private func record(_ instance: DBInstance, _ message: String, _ categories: [DBEvent.Category]) async {
        do {
            try await world.store.write { [events = world.events] tx in
                try tx.record(events.event(instance, message, categories, at: Date()))
            }
        } catch {
            world.logger.error("an event could not be stored", metadata: ["event": "\(message)", "reason": "\(error)"])
        }
    }
}

extension InstanceVolumes {
    /// GiB that the disk could give an instance in all; nil where its size is a number alone, or that cannot be told.
    func roomGiB(for instance: DBInstance) -> Int? {
        instance.hasRealSize ? host.roomGiB(of: host.site(instance: instance.id)) : nil
    }
}
