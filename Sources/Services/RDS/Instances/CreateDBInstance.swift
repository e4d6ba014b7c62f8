internal import AWSWire
internal import Foundation
internal import Resources

/// Accepts a new instance. Convergence brings it into being.
enum CreateDBInstance: Operation {
    static let action = "CreateDBInstance"

    static func run(_ request: Request) async throws -> Answer {
        let draft = try InstanceDraft(request)
        let created = try await request.context.store.write { transaction in
            let group = try transaction.subnetGroup(named: draft.subnetGroup, request.network)
            try checkRoom(draft, transaction, request)
            try transaction.checkGroups(draft.securityGroupIDs, request.network)
            var instance = try draft.document(in: group, &transaction, request)
            if let name = draft.optionGroup { _ = try transaction.optionGroup(named: name, region: request.region) }
            if let name = draft.parameterGroup {
                instance.takeUpParameters(of: try transaction.parameterGroup(named: name, region: request.region))
            }
            try transaction.insert(instance)
            try transaction.warn(instance, joining: instance.spec.securityGroupIDs, request)
            if let event = draft.substitutionEvent(instance, request) { try transaction.record(event) }
            return instance
        }
        return request.answer(created)
    }

    private static func checkRoom(_ draft: InstanceDraft, _ transaction: StoreTransaction, _ request: Request) throws {
        guard transaction.find(DBInstance.self, region: request.region, name: draft.identifier) == nil else {
            throw RDSFault.instanceAlreadyExists
        }
        let quota = request.context.instanceQuota
        guard transaction.list(DBInstance.self, region: request.region).count < quota else {
            throw RDSFault.instanceQuotaExceeded(quota)
        }
    }
}
