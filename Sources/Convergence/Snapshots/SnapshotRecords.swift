internal import Engines
internal import Foundation
internal import Resources

/// What convergence writes into the store about a snapshot. Each is one transaction that holds whatever state it finds.
struct SnapshotRecords {
    let world: LaneWorld

    /// The files are complete: the snapshot can be used from now on, and so can its instance.
    ///
    /// - Parameter instance: whose operation it may have been. A final snapshot is part of a deletion, which goes on.
    func complete(_ id: String, region: String, _ facts: SnapshotShelf.Facts, of instance: DBInstance? = nil) async throws {
        let now = Date()
        try await world.store.write { [events = world.events] tx in
            var former: DBSnapshot.Operation.Kind?
            let snapshot = try tx.update(DBSnapshot.self, region: region, id: id) { snapshot in
                guard !snapshot.isComplete else { return }
                former = snapshot.operation?.kind
                snapshot.createdAt = former == .copy ? now : facts.takenAt
                snapshot.originalCreatedAt = snapshot.originalCreatedAt ?? facts.takenAt
                snapshot.operation = nil
                snapshot.copiedFrom = nil
                snapshot.failure = nil
            }
            switch former {
            case .create: try tx.record(events.event(snapshot, "Manual snapshot created.", [.creation], at: now))
            case .copy:
                try tx.record(
                    events.event(snapshot, "Finished copy of snapshot \(snapshot.identifier).", [.notification], at: now))
            case .delete, nil: break
            }
            guard let instance, let operation = instance.operation, operation.kind == .snapshot, operation.snapshot == id
            else { return }
            try InstanceRecords.complete(operation, of: instance, events, &tx, at: now)
        }
    }

    /// It cannot be made: it stays as a failed one, to be looked at and deleted, and nothing is owed any more.
    ///
    /// - Parameter instance: whose operation it was.
    func fail(_ id: String, region: String, _ reason: String, of instance: DBInstance? = nil) async throws {
        let now = Date()
        try await world.store.write { [events = world.events] tx in
            try Self.fail(id, region: region, reason, events, &tx, at: now)
            guard let instance else { return }
            let freed = try tx.update(DBInstance.self, region: instance.region, id: instance.id) {
                guard $0.operation?.id == instance.operation?.id else { return }
                $0.operation = nil
            }
            try tx.record(events.event(freed, "DB instance backup failed: \(reason)", [.backup, .failure], at: now))
        }
    }

    /// Those that nobody will take any more; what is owed is read in the same transaction.
    func failOrphans() async throws {
        let now = Date()
        try await world.store.write { [events = world.events] tx in
            for orphan in SnapshotChore.orphans(tx.list(DBSnapshot.self), instances: tx.list(DBInstance.self)) {
                let reason = "its DB instance could not take it, or was gone before"
                try Self.fail(orphan.id, region: orphan.region, reason, events, &tx, at: now)
            }
        }
    }

    private static func fail(
        _ id: String, region: String, _ reason: String, _ events: InstanceEvents, _ tx: inout StoreTransaction, at now: Date
    ) throws {
        let snapshot = try tx.update(DBSnapshot.self, region: region, id: id) { snapshot in
            guard snapshot.operation?.kind != .delete else { return }
            snapshot.operation = nil
            snapshot.copiedFrom = nil
            snapshot.failure = reason
        }
        try tx.record(events.event(snapshot, "The snapshot failed: \(reason)", [.failure], at: now))
    }

    /// The last trace goes.
    func forget(_ id: String, region: String) async throws {
        let now = Date()
        try await world.store.write { [events = world.events] tx in
            guard let snapshot = tx.get(DBSnapshot.self, region: region, id: id) else { return }
            try tx.delete(DBSnapshot.self, region: region, id: id)
            try tx.record(events.event(snapshot, "Deleted user snapshot.", [.deletion], at: now))
        }
    }
}
