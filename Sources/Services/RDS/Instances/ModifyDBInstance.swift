internal import AWSWire
internal import Foundation
internal import Resources

/// Changes what is wanted of an instance, at once or in its maintenance window. Convergence makes it so.
enum ModifyDBInstance: Operation {
    static let action = "ModifyDBInstance"

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.instanceIdentifier()
        let found = try request.instance(identifier)
        let traits = try EngineChoice.traits(found.spec.engine, request.context.catalog)
        let modification = try InstanceModification(request, traits)
        let login = try LoginChange(request, traits)
        let modified = try await request.context.store.write { transaction in
            let current = try transaction.instance(identifier, region: request.region)
            try InstanceStates.checkModifiable(current, request.status(current))
            var desired = try modification.applied(to: current, request)
            try checkName(desired, current, transaction)
            try joinGroups(desired, current, &transaction, request)
            try login.apply(to: &desired, &transaction, request)
            try keepSecretTag(current, desired, &transaction, request)
            for name in [desired.spec.optionGroup, desired.pending.optionGroup].compactMap(\.self) where !name.isEmpty {
                _ = try transaction.optionGroup(named: name, region: request.region)
            }
            if let name = desired.spec.parameterGroup {
                _ = try transaction.parameterGroup(named: name, region: request.region)
            }
            if desired.restarts(from: current) { desired.takeUpParameters(of: transaction.parameterGroup(of: desired)) }
            desired.supersede(current, at: request.context.now())
            return try transaction.update(DBInstance.self, region: desired.region, id: desired.id) { $0 = desired }
        }
        return request.answer(modified)
    }

    private static func checkName(_ desired: DBInstance, _ current: DBInstance, _ transaction: StoreTransaction) throws {
        for name in [desired.identifier, desired.pending.identifier].compactMap(\.self) where name != current.identifier {
            guard transaction.find(DBInstance.self, region: desired.region, name: name) == nil else {
                throw RDSFault.instanceAlreadyExists
            }
        }
    }

    private static func joinGroups(
        _ desired: DBInstance, _ current: DBInstance, _ transaction: inout StoreTransaction, _ request: Request
    ) throws {
        let joined = desired.spec.securityGroupIDs.filter { !current.spec.securityGroupIDs.contains($0) }
        try transaction.checkGroups(joined, request.network)
        try transaction.warn(desired, joining: joined, request)
    }

    private static func keepSecretTag(
        _ current: DBInstance, _ desired: DBInstance, _ transaction: inout StoreTransaction, _ request: Request
    ) throws {
        guard current.identifier != desired.identifier, let arn = desired.master.secretARN else { return }
        try transaction.update(Secret.self, region: desired.region, id: arn) { secret in
            secret.followRename(from: current.identifier, to: desired.identifier, account: request.context.account)
        }
    }
}

extension DBInstance {
    /// Sets the operation that gets from the former desired state to this one; leaves it alone where there is nothing to do.
    ///
    /// A creation that is still owed stays one under a new id, so that convergence, finishing the former plan, does not take
    /// this one for done.
    mutating func supersede(_ former: DBInstance, at now: Date) {
        guard let kind = Operation.Kind.needed(from: former, to: self) else { return }
        operation = Operation(kind: former.operation?.kind == .create ? .create : kind, requestedAt: now)
    }
}
