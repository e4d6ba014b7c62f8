internal import AWSWire
internal import Keys
internal import Resources

/// Whom a snapshot is shared with.
enum ModifyDBSnapshotAttribute: Operation {
    static let action = "ModifyDBSnapshotAttribute"
    static let parameters: [ParameterRule] = [
        .works("DBSnapshotIdentifier", "A name or an ARN."), .works("AttributeName", "`restore`."),
        .recorded("ValuesToAdd", "Until there is more than one account; checked as RDS does."),
        .works("ValuesToRemove"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.snapshotIdentifier()
        _ = try request.snapshot(identifier)
        let attribute = try request.required("AttributeName")
        guard attribute == SnapshotAttributes.restore else {
            throw Fault.invalidParameterValue(
                "The parameter AttributeName is not valid: \(request.quoted(attribute)). It can be: restore.")
        }
        let added = try accounts("ValuesToAdd", request)
        let removed = try accounts("ValuesToRemove", request)
        guard !added.isEmpty || !removed.isEmpty else {
            throw Fault.invalidParameterCombination("One of ValuesToAdd and ValuesToRemove must be given.")
        }
        let changed = try await request.context.store.write { transaction in
            let current = try transaction.snapshot(identifier, region: request.region)
            try SnapshotRules.checkUsable(current)
            try checkShareable(current, with: added, request)
            let shared = Set(current.sharedWith).union(added).subtracting(removed).sorted()
            guard shared.filter({ $0 != "all" }).count <= SnapshotRules.sharingQuota else {
                throw RDSFault.sharedSnapshotQuotaExceeded(SnapshotRules.sharingQuota)
            }
            return try transaction.update(DBSnapshot.self, region: current.region, id: current.id) { $0.sharedWith = shared }
        }
        return SnapshotAttributes.answer(changed)
    }

    /// Whom nobody gives a key has no use of what it encrypts (RDS user guide, "Sharing encrypted snapshots").
    private static func checkShareable(_ snapshot: DBSnapshot, with added: [String], _ request: Request) throws {
        guard let encryption = snapshot.encryption, !added.isEmpty else { return }
        guard !added.contains("all") else {
            throw Fault.invalidParameterCombination("An encrypted snapshot cannot be shared with all.")
        }
        let standard = KeyName.alias(ManagedKey.rds.alias)
        let account = request.context.account
        guard request.context.store.key(standard, region: snapshot.region)?.arn(account: account) != encryption.keyARN else {
            throw Fault.invalidParameterCombination(
                "A snapshot that is encrypted by \(ManagedKey.rds.alias) cannot be shared. Copy it under a key of your own.")
        }
    }

    private static func accounts(_ parameter: String, _ request: Request) throws -> [String] {
        let values = try request.strings(parameter) ?? []
        for value in values where value != "all" && !(value.utf8.count == 12 && value.utf8.allSatisfy(\.isASCIIDigit)) {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) has \(request.quoted(value)), which is neither an account of twelve digits nor all.")
        }
        return values
    }
}

enum SnapshotAttributes {
    static let restore = "restore"

    static func answer(_ snapshot: DBSnapshot) -> Answer {
        .xml([
            .element(
                "DBSnapshotAttributesResult",
                [
                    .text("DBSnapshotIdentifier", snapshot.identifier),
                    .element(
                        "DBSnapshotAttributes",
                        [
                            .element(
                                "DBSnapshotAttribute",
                                [
                                    .text("AttributeName", restore),
                                    .list("AttributeValues", of: "AttributeValue", snapshot.sharedWith),
                                ])
                        ]),
                ])
        ])
    }
}
