internal import AWSWire
internal import Resources

/// What holds for every new snapshot.
enum SnapshotRules {
    /// Manual snapshots of a region (RDS user guide, "Quotas and constraints for Amazon RDS").
    static let quota = 100
    /// Accounts that a snapshot can be shared with (botocore, SharedSnapshotQuotaExceededFault; user guide).
    static let sharingQuota = 20

    static func manual(_ snapshots: [DBSnapshot]) -> Int { snapshots.count { $0.type == .manual } }

    static func checkRoom(_ identifier: String, _ transaction: StoreTransaction, _ request: Request) throws {
        guard transaction.find(DBSnapshot.self, region: request.region, name: identifier) == nil else {
            throw RDSFault.snapshotAlreadyExists(identifier)
        }
        guard manual(transaction.list(DBSnapshot.self, region: request.region)) < quota else {
            throw RDSFault.snapshotQuotaExceeded(quota)
        }
    }

    /// A snapshot that is to be taken of an instance, with the instance's tags where it wants them copied.
    static func new(
        _ identifier: String, of instance: DBInstance, tags: [Tag], _ transaction: inout StoreTransaction, _ request: Request
    ) throws -> DBSnapshot {
        try checkRoom(identifier, transaction, request)
        let group = request.subnetGroup(named: instance.spec.subnetGroup)
        let own = Set(tags.map(\.key))
        let copied = instance.spec.copyTagsToSnapshot ? instance.tags.filter { !own.contains($0.key) } : []
        try TagRules.checkCount(tags + copied)
        let now = request.context.now()
        var snapshot = DBSnapshot(
            region: request.region, snapshotID: request.context.random.snapshotID(), identifier: identifier, requestedAt: now,
            instance: .init(instance, vpcID: group?.vpcID), optionGroup: instance.spec.optionGroup,
            operation: .init(kind: .create, requestedAt: now), tags: tags + copied)
        if let key = instance.volume?.encryption?.keyARN {
            snapshot.encryption = try SnapshotEncryption.make(snapshot.id, under: key, &transaction, request)
        }
        return snapshot
    }

    /// - Throws: `InvalidDBSnapshotState` for one that is not available.
    static func checkUsable(_ snapshot: DBSnapshot) throws {
        guard snapshot.status == .available else {
            throw RDSFault.invalidSnapshotState(
                "The snapshot \(snapshot.identifier) is not in the available state. (It is \(snapshot.status.rawValue).)")
        }
    }
}
