internal import Engines
internal import Foundation
internal import Keys
internal import Logging
internal import Resources
internal import Synchronization

/// Copies and deletes snapshots, several at a time; removes what interrupted work has left.
struct SnapshotKeeper: Sendable {
    /// How often it looks without a reason.
    static let patrol = Duration.seconds(60)
    /// Attempts after which a copy has failed.
    static let patience = 3
    static let parallelism = 2

    let world: LaneWorld

    /// To be called before any lane works.
    func begin() -> SnapshotShelf.Remains? {
        do { return try world.snapshots.hideLeftovers() } catch {
            world.logger.error("unfinished snapshots could not be removed", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// - Parameter leftovers: what `begin` has found.
    func run(_ changes: AsyncStream<StoreChange>, removing leftovers: SnapshotShelf.Remains?) async {
        await clear(leftovers)
        let inWork = Busy()
        let turns = AsyncSemaphore(Self.parallelism)
        let wake = LaneWake()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await case .touched(let references) in changes
                where references.contains(where: { $0.kind == DBSnapshot.kind || $0.kind == DBInstance.kind }) { wake.set() }
            }
            while !Task.isCancelled {
                await giveUpOrphans()
                for (chore, snapshot) in SnapshotChore.due(world.store.list(DBSnapshot.self)) {
                    guard inWork.enter(snapshot.id) else { continue }
                    group.addTask {
                        // Cancelled while it waits for its turn: it is still owed when we come back.
                        do { try await turns.run { await perform(chore, snapshot) } } catch { return }
                        inWork.leave(snapshot.id)
                        // Something else may be owed of it by now.
                        wake.set()
                    }
                }
                await wake.wait(timeout: Self.patrol)
            }
            group.cancelAll()
        }
    }

    /// What is being worked on.
    private final class Busy: Sendable {
        private let ids = Mutex<Set<String>>([])

        /// False when somebody works on it.
        func enter(_ id: String) -> Bool { ids.withLock { $0.insert(id).inserted } }
        func leave(_ id: String) { ids.withLock { _ = $0.remove(id) } }
    }

    private func clear(_ leftovers: SnapshotShelf.Remains?) async {
        do { try await leftovers?.remove() } catch {
            world.logger.error("unfinished snapshots could not be removed", metadata: ["reason": "\(error)"])
        }
        for stray in world.snapshots.strays(known: SnapshotChore.known(world.store.list(DBSnapshot.self))) {
            world.logger.error("a snapshot that nobody knows of is kept", metadata: ["directory": "snapshots/\(stray)"])
        }
    }

    /// The operation that should have taken it has ended otherwise, or its instance has gone.
    private func giveUpOrphans() async {
        let all = world.store.list(DBSnapshot.self)
        guard !SnapshotChore.orphans(all, instances: world.store.list(DBInstance.self)).isEmpty else { return }
        do { try await SnapshotRecords(world: world).failOrphans() } catch {
            world.logger.error("a lost snapshot could not be noted", metadata: ["reason": "\(error)"])
        }
    }

    private func perform(_ chore: SnapshotChore, _ snapshot: DBSnapshot) async {
        for attempt in 1...Self.patience {
            do {
                return try await carryOut(chore, snapshot)
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                world.logger.warning(
                    "a snapshot's step failed", metadata: ["snapshot": "\(snapshot.identifier)", "reason": "\(error)"])
                let isHopeless = attempt == Self.patience || Self.isFinal(error)
                if isHopeless, case .copy = chore { return await fail(snapshot, error) }
                do { try await Task.sleep(for: .seconds(attempt)) } catch { return }
            }
        }
    }

    /// Trying again would end the same.
    private static func isFinal(_ error: any Error) -> Bool {
        switch error as? EngineError {
        case .diskFull, .snapshotDamaged: true
        default: false
        }
    }

    private func carryOut(_ chore: SnapshotChore, _ snapshot: DBSnapshot) async throws {
        let records = SnapshotRecords(world: world)
        switch chore {
        case .copy(let id, let source):
            defer { world.board.publish(progress: nil, of: id) }
            let all = world.store.list(DBSnapshot.self)
            let keys = try [source, id].map { wanted in
                try all.first { $0.id == wanted }.flatMap { try world.identity.keys.snapshotKey(of: $0, in: world.store) }
            }
            let engine = world.engines.engine(named: snapshot.instance.spec.engine)
            let facts = try await world.snapshots.copy(source, key: keys[0], to: id, key: keys[1], by: engine) {
                [board = world.board] percent in
                board.publish(progress: percent, of: id)
            }
            try await records.complete(id, region: snapshot.region, facts)
        case .delete(let id):
            let remains = try world.snapshots.hide(id)
            try await records.forget(id, region: snapshot.region)
            try await remains.remove()
        }
    }

    private func fail(_ snapshot: DBSnapshot, _ error: any Error) async {
        do {
            try await SnapshotRecords(world: world).fail(snapshot.id, region: snapshot.region, "\(error)")
        } catch {
            world.logger.error("a failed copy could not be noted", metadata: ["reason": "\(error)"])
        }
    }
}
