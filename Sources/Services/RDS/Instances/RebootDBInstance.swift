internal import AWSWire
internal import Resources

/// Restarts the server. What waits in its parameter group comes into force.
enum RebootDBInstance: Operation {
    static let action = "RebootDBInstance"
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .refused(
            "ForceFailover", "there is no standby to fail over to until the Multi-AZ issue. Leave it out, or turn it off.",
            unless: ["false"]),
    ]

    static func run(_ request: Request) async throws -> Answer {
        try await request.begin(.reboot) { instance, status in
            try InstanceStates.checkRebootable(instance, status)
        }
    }
}

extension Request {
    /// Sets an operation on the instance that `DBInstanceIdentifier` names, if `check` does not object.
    func begin(
        _ kind: DBInstance.Operation.Kind,
        check: @escaping @Sendable (inout DBInstance, DBInstanceStatus) throws -> Void
    ) async throws -> Answer {
        let identifier = try instanceIdentifier()
        _ = try instance(identifier)
        let changed = try await context.store.write { transaction in
            let current = try transaction.instance(identifier, region: region)
            let group = transaction.parameterGroup(of: current)
            return try transaction.update(DBInstance.self, region: region, id: current.id) { instance in
                try check(&instance, status(current))
                if kind == .reboot || kind == .start { instance.takeUpParameters(of: group) }
                // A creation that has failed so far is still a creation: see `supersede`.
                let owed = current.operation?.kind == .create ? .create : kind
                instance.operation = DBInstance.Operation(kind: owed, requestedAt: context.now())
            }
        }
        return answer(changed)
    }
}
