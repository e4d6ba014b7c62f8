internal import AWSWire
internal import Resources

/// Gives an instance up. Its managed secret goes with it, at once.
enum DeleteDBInstance: Operation {
    static let action = "DeleteDBInstance"
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .works("SkipFinalSnapshot", "Must be true until snapshots exist."),
        .works("FinalDBSnapshotIdentifier", "Checked as RDS does, then refused: snapshots are not available yet."),
        .recorded("DeleteAutomatedBackups", "There are none to delete until the backups issue."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.instanceIdentifier()
        _ = try request.instance(identifier)
        _ = try request.boolean("DeleteAutomatedBackups")
        let deleted = try await request.context.store.write { transaction in
            let current = try transaction.instance(identifier, region: request.region)
            try InstanceStates.checkDeletable(current, request.status(current))
            try check(current, request)
            if let arn = current.master.secretARN {
                try transaction.delete(Secret.self, region: current.region, id: arn)
            }
            return try transaction.update(DBInstance.self, region: current.region, id: current.id) { instance in
                instance.master.secretARN = nil
                instance.master.secretKeyARN = nil
                instance.operation = DBInstance.Operation(kind: .delete, requestedAt: request.context.now())
            }
        }
        return request.answer(deleted)
    }

    private static func check(_ instance: DBInstance, _ request: Request) throws {
        guard !instance.spec.deletionProtection else {
            throw Fault.invalidParameterCombination(
                "Cannot delete protected DB Instance, please disable deletion protection and try again.")
        }
        let skips = try request.boolean("SkipFinalSnapshot") ?? false
        let snapshot = try request.string("FinalDBSnapshotIdentifier")
        guard skips || snapshot != nil else {
            throw Fault.invalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
        }
        guard let snapshot else { return }
        guard !skips else {
            throw Fault.invalidParameterCombination(
                "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.")
        }
        throw Fault.invalidParameterCombination(
            "FinalDBSnapshotIdentifier: the final snapshot \(request.quoted(snapshot)) cannot be taken: snapshots are not "
                + "available yet, and nothing was deleted. Save the data with pg_dump, then delete with SkipFinalSnapshot.")
    }
}
