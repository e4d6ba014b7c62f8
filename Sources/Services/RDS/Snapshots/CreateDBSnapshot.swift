internal import AWSWire
internal import Resources

/// Asks for a snapshot of an instance, at work or stopped. Convergence takes it.
enum CreateDBSnapshot: Operation {
    static let action = "CreateDBSnapshot"
    static let parameters: [ParameterRule] = [
        .works("DBSnapshotIdentifier"), .works("DBInstanceIdentifier", "A name or an ARN."), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try Identifier.snapshot(
            request.required("DBSnapshotIdentifier"), parameter: "DBSnapshotIdentifier")
        let instance = try request.instanceIdentifier()
        _ = try request.instance(instance)
        let tags = try TagRules.tags(request)
        let created = try await request.context.store.write { transaction in
            let current = try transaction.instance(instance, region: request.region)
            let snapshot = try SnapshotRules.new(identifier, of: current, tags: tags, &transaction, request)
            try InstanceStates.checkSnapshot(current, request.status(current))
            try transaction.insert(snapshot)
            try transaction.update(DBInstance.self, region: current.region, id: current.id) { instance in
                instance.operation = DBInstance.Operation(
                    kind: .snapshot, requestedAt: request.context.now(), snapshot: snapshot.id)
            }
            try transaction.record(request.event(snapshot, "Creating manual snapshot.", [.creation]))
            try transaction.record(backup(current, request))
            return snapshot
        }
        return request.answer(created)
    }

    private static func backup(_ instance: DBInstance, _ request: Request) -> DBEvent {
        DBEvent(
            region: instance.region, sourceType: .dbInstance, sourceIdentifier: instance.identifier,
            sourceARN: ARN.dbInstance(instance.identifier, region: instance.region, account: request.context.account).description,
            message: "Backing up DB instance.", categories: [.backup], date: request.context.now())
    }
}
