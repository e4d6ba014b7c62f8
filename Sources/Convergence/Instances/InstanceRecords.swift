internal import Foundation
internal import Keys
internal import Resources

/// What convergence writes into the store about an instance. Each is one transaction that holds whatever state it finds.
struct InstanceRecords {
    /// RDS starts a stopped instance after seven days (user guide, "Stopping an Amazon RDS DB instance temporarily").
    static let longestStop: TimeInterval = 7 * 24 * 3600

    let context: InstanceContext

    private var desired: DBInstance { context.desired }

    /// Clears the operation, if it is still the one whose effects were seen, and tells of it in the same transaction.
    func complete(_ operation: DBInstance.Operation) async throws {
        let now = Date()
        try await context.world.store.write { [events = context.world.events, desired] tx in
            try Self.complete(operation, of: desired, events, &tx, at: now)
        }
    }

    /// Nothing happens when it is not the instance's operation any more.
    static func complete(
        _ operation: DBInstance.Operation, of desired: DBInstance, _ events: InstanceEvents, _ tx: inout StoreTransaction,
        at now: Date
    ) throws {
        var completed = false
        let instance = try tx.update(DBInstance.self, region: desired.region, id: desired.id) { instance in
            guard instance.operation?.id == operation.id else { return }
            completed = true
            instance.operation = nil
            if instance.createdAt == nil { instance.createdAt = now }
            // From the stop on, whatever is done with it meanwhile.
            let restart = instance.automaticRestartAt ?? now.addingTimeInterval(Self.longestStop)
            instance.automaticRestartAt = instance.power == .stopped ? restart : nil
        }
        guard completed else { return }
        for event in events.completion(of: operation.kind, instance, at: now) { try tx.record(event) }
    }

    /// The maintenance window is open: what waited for it is wanted now. A name that somebody else has taken meanwhile is given
    /// up, and the event log says so.
    func applyPending() async throws {
        let now = Date()
        try await context.world.store.write { [events = context.world.events, desired] tx in
            guard var instance = tx.get(DBInstance.self, region: desired.region, id: desired.id), instance.operation == nil
            else { return }
            if let name = instance.pending.identifier,
                let holder = tx.find(DBInstance.self, region: desired.region, name: name), holder.id != instance.id
            {
                instance.pending.identifier = nil
                let message = "The DB instance could not be renamed to \(name): there is another instance of that name."
                try tx.record(events.event(instance, message, [.notification], at: now))
            }
            let former = instance
            instance.applyPendingModifications(at: now)
            if instance.restarts(from: former) { instance.takeUpParameters(of: tx.parameterGroup(of: instance)) }
            instance.operation = DBInstance.Operation.Kind.needed(from: former, to: instance).map {
                DBInstance.Operation(kind: $0, requestedAt: now)
            }
            let wanted = instance
            try tx.update(DBInstance.self, region: desired.region, id: desired.id) { $0 = wanted }
            guard let secret = wanted.master.secretARN, wanted.identifier != former.identifier else { return }
            try tx.update(Secret.self, region: desired.region, id: secret) {
                $0.followRename(from: former.identifier, to: wanted.identifier, account: events.account)
            }
        }
    }

    func endStop() async throws {
        let now = Date()
        try await context.world.store.write { [events = context.world.events, desired] tx in
            let group = tx.parameterGroup(of: desired)
            let instance = try tx.update(DBInstance.self, region: desired.region, id: desired.id) { instance in
                guard instance.operation == nil, instance.power == .stopped else { return }
                instance.takeUpParameters(of: group)
                instance.power = .running
                instance.automaticRestartAt = nil
                instance.operation = DBInstance.Operation(kind: .start, requestedAt: now)
            }
            guard instance.operation?.kind == .start else { return }
            try tx.record(
                events.event(
                    instance,
                    "DB instance is being started due to it exceeding the maximum allowed time being stopped.",
                    [.notification], at: now))
        }
    }

    /// A new managed password, on its way: stored in the secret as pending, owed to the server. Behind the held gate
    /// `applyMasterPassword` and `promoteSecret` bring it into force.
    func rotate() async throws {
        let credential = try context.world.identity.freshCredential(desired.spec.engine)
        let text = try MasterLogin(username: desired.master.username, password: credential.password).secretString()
        let now = Date()
        try await context.world.store.write { [events = context.world.events, keys = context.world.identity.keys, desired] tx in
            guard let instance = tx.get(DBInstance.self, region: desired.region, id: desired.id), instance.operation == nil,
                instance.master == desired.master, let arn = instance.master.secretARN,
                let secret = tx.get(Secret.self, region: desired.region, id: arn)
            else { return }
            let key = try keys.key(of: secret, in: &tx, at: now)
            let id = UUID().uuidString.lowercased()
            let sealed = try keys.seal(.string(text), secret: arn, version: id, under: key)
            try tx.update(Secret.self, region: desired.region, id: arn) {
                $0.stagePending(Secret.Version(id: id, stages: [], sealed: sealed, createdAt: now))
            }
            try tx.update(DBInstance.self, region: desired.region, id: desired.id) { instance in
                instance.master.take(credential)
                instance.operation = DBInstance.Operation(kind: .resetMasterCredentials, requestedAt: now)
            }
            try tx.record(events.scheduledRotation(instance, at: now))
        }
    }

    /// The server has taken the pending password over.
    func promoteSecret() async throws {
        let now = Date()
        try await context.world.store.write { [desired] tx in
            // A rotation that was asked for in the meantime is pending now, and not in force.
            guard let arn = desired.master.secretARN, tx.get(Secret.self, region: desired.region, id: arn) != nil,
                tx.get(DBInstance.self, region: desired.region, id: desired.id)?.master == desired.master
            else { return }
            try tx.update(Secret.self, region: desired.region, id: arn) { $0.promotePending(at: now) }
        }
    }

    /// The last trace goes: the instance, its address, the secret that was managed for it.
    func forget() async throws {
        let now = Date()
        try await context.world.store.write { [events = context.world.events, desired] tx in
            guard let instance = tx.get(DBInstance.self, region: desired.region, id: desired.id) else { return }
            for address in tx.list(EndpointAddress.self) where address.owner == instance.id {
                try tx.delete(EndpointAddress.self, region: Region.global, id: address.id)
            }
            if let secret = instance.master.secretARN {
                try tx.delete(Secret.self, region: instance.region, id: secret)
            }
            for event in events.completion(of: .delete, instance, at: now) { try tx.record(event) }
            try tx.delete(DBInstance.self, region: instance.region, id: instance.id)
        }
    }
}
