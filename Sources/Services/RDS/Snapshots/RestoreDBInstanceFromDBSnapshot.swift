internal import AWSWire
internal import Foundation
internal import Resources

/// Accepts a new instance whose data come from a snapshot. Convergence brings it into being.
enum RestoreDBInstanceFromDBSnapshot: Operation {
    static let action = "RestoreDBInstanceFromDBSnapshot"

    static func run(_ request: Request) async throws -> Answer {
        let snapshot = try request.snapshot(request.snapshotIdentifier())
        try SnapshotRules.checkUsable(snapshot)
        let draft = try RestoreDraft(request, snapshot)
        let created = try await request.context.store.write { transaction in
            let current = try transaction.snapshot(snapshot.identifier, region: request.region)
            try SnapshotRules.checkUsable(current)
            guard current.id == snapshot.id else { throw RDSFault.snapshotNotFound(snapshot.identifier) }
            let group = try transaction.subnetGroup(named: draft.subnetGroup, request.network)
            try checkRoom(draft, transaction, request)
            try transaction.checkGroups(draft.securityGroupIDs, request.network)
            var instance = try draft.document(from: current, in: group, &transaction, request)
            if let name = instance.spec.optionGroup { _ = try transaction.optionGroup(named: name, region: request.region) }
            if let name = draft.parameterGroup {
                instance.takeUpParameters(of: try transaction.parameterGroup(named: name, region: request.region))
            }
            try transaction.insert(instance)
            try transaction.warn(instance, joining: instance.spec.securityGroupIDs, request)
            try transaction.record(request.event(current, "Restored from snapshot \(current.identifier).", [.restoration]))
            return instance
        }
        return request.answer(created)
    }

    private static func checkRoom(_ draft: RestoreDraft, _ transaction: StoreTransaction, _ request: Request) throws {
        guard transaction.find(DBInstance.self, region: request.region, name: draft.identifier) == nil else {
            throw RDSFault.instanceAlreadyExists
        }
        let quota = request.context.instanceQuota
        guard transaction.list(DBInstance.self, region: request.region).count < quota else {
            throw RDSFault.instanceQuotaExceeded(quota)
        }
    }
}
