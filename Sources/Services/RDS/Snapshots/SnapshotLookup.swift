internal import AWSWire
internal import Resources

extension Request {
    /// The lower-case identifier that a parameter gives, as a name or an ARN of this region and account.
    func snapshotIdentifier(_ parameter: String = "DBSnapshotIdentifier") throws -> String {
        try snapshotIdentifier(text: required(parameter))
    }

    func snapshotIdentifier(text: String) throws -> String {
        guard let name = resourceName(text, kind: "snapshot") else { throw RDSFault.snapshotNotFound(quoted(text)) }
        return name
    }

    func snapshot(_ identifier: String) throws -> DBSnapshot {
        guard let snapshot = context.store.find(DBSnapshot.self, region: region, name: identifier) else {
            throw RDSFault.snapshotNotFound(quoted(identifier))
        }
        return snapshot
    }

    func answer(_ snapshot: DBSnapshot) -> Answer {
        .xml([SnapshotXML(snapshot: snapshot, context: context).node()])
    }

    func event(_ snapshot: DBSnapshot, _ message: String, _ categories: [DBEvent.Category]) -> DBEvent {
        DBEvent(
            region: snapshot.region, sourceType: .dbSnapshot, sourceIdentifier: snapshot.identifier,
            sourceARN: ARN.dbSnapshot(snapshot.identifier, region: snapshot.region, account: context.account).description,
            message: message, categories: categories, date: context.now())
    }
}

extension StoreTransaction {
    /// The snapshot as the transaction sees it.
    func snapshot(_ identifier: String, region: String) throws -> DBSnapshot {
        guard let snapshot = find(DBSnapshot.self, region: region, name: identifier) else {
            throw RDSFault.snapshotNotFound(identifier)
        }
        return snapshot
    }
}
