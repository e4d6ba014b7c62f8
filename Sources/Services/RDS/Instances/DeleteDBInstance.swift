internal import AWSWire
internal import Resources

/// Gives an instance up. Its managed secret goes with it, at once.
enum DeleteDBInstance: Operation {
    static let action = "DeleteDBInstance"
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .works("SkipFinalSnapshot"),
        .works("FinalDBSnapshotIdentifier", "Taken once no client is let in any more and the server has ended."),
        .recorded("DeleteAutomatedBackups", "There are none to delete until the backups issue."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.instanceIdentifier()
        _ = try request.instance(identifier)
        _ = try request.boolean("DeleteAutomatedBackups")
        let deleted = try await request.context.store.write { transaction in
            let current = try transaction.instance(identifier, region: request.region)
            try InstanceStates.checkDeletable(current, request.status(current))
            let snapshot = try finalSnapshot(of: current, &transaction, request)
            if let arn = current.master.secretARN {
                try transaction.delete(Secret.self, region: current.region, id: arn)
            }
            return try transaction.update(DBInstance.self, region: current.region, id: current.id) { instance in
                instance.master.secretARN = nil
                instance.master.secretKeyARN = nil
                instance.operation = DBInstance.Operation(
                    kind: .delete, requestedAt: request.context.now(), snapshot: snapshot?.id)
            }
        }
        return request.answer(deleted)
    }

    /// The final snapshot, noted; nil when it is to be skipped.
    private static func finalSnapshot(
        of instance: DBInstance, _ transaction: inout StoreTransaction, _ request: Request
    ) throws -> DBSnapshot? {
        guard !instance.spec.deletionProtection else {
            throw Fault.invalidParameterCombination(
                "Cannot delete protected DB Instance, please disable deletion protection and try again.")
        }
        let skips = try request.boolean("SkipFinalSnapshot") ?? false
        let name = try request.string("FinalDBSnapshotIdentifier")
        guard skips || name != nil else {
            throw Fault.invalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
        }
        guard let name else { return nil }
        guard !skips else {
            throw Fault.invalidParameterCombination(
                "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.")
        }
        let status = request.status(instance)
        guard instance.createdAt != nil, status == .available || status == .stopped else {
            throw RDSFault.invalidInstanceState(
                "Cannot take a final snapshot of \(instance.identifier), which is \(status.rawValue). Delete it with "
                    + "SkipFinalSnapshot, or wait until it is available.")
        }
        let identifier = try Identifier.snapshot(name, parameter: "FinalDBSnapshotIdentifier")
        let snapshot = try SnapshotRules.new(identifier, of: instance, tags: [], &transaction, request)
        try transaction.insert(snapshot)
        try transaction.record(request.event(snapshot, "Creating manual snapshot.", [.creation]))
        return snapshot
    }
}
