internal import AWSWire
internal import Resources

/// The snapshots of the region, or some of them.
enum DescribeDBSnapshots: Operation {
    static let action = "DescribeDBSnapshots"
    static let note = "Asked for one snapshot in the making, it answers when that is over, or after 2 s."
    static let parameters: [ParameterRule] =
        [
            .works("DBInstanceIdentifier", "A name or an ARN."), .works("DBSnapshotIdentifier", "A name or an ARN."),
            .works("DbiResourceId"),
            .works("SnapshotType", "`shared`, `public` and `awsbackup` match nothing: there is one account."),
            .works(
                "Filters", "`db-instance-id`, `db-snapshot-id`, `dbi-resource-id`, `snapshot-type`, `engine`."),
            .works("IncludeShared", "There is one account, so nothing is shared with it."),
            .works("IncludePublic", "There is one account, so nothing public is another's."),
        ] + ParameterRule.rdsPaging

    static let filterNames: Set = ["db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine"]
    static let types: Set = ["automated", "manual", "shared", "public", "awsbackup"]

    static func run(_ request: Request) async throws -> Answer {
        let filters = try RDSFilter.all(request, known: filterNames)
        let limit = try Paging.limit(request)
        let marker = try request.string("Marker")
        let instance = try request.string("DBInstanceIdentifier").map { try request.instanceIdentifier($0) }
        let resource = try request.string("DbiResourceId")
        let type = try snapshotType(request)
        _ = try (request.boolean("IncludeShared"), request.boolean("IncludePublic"))
        let identifier = try request.string("DBSnapshotIdentifier").map { try request.snapshotIdentifier(text: $0) }
        if let identifier { await untilSettled(try request.snapshot(identifier), request) }
        let store = request.context.store
        let all =
            try identifier.map { [try request.snapshot($0)] } ?? store.list(DBSnapshot.self, region: request.region)
        let wanted = all.filter { snapshot in
            (instance == nil || snapshot.instance.identifier == instance)
                && (resource == nil || snapshot.instance.resourceID == resource)
                && (type == nil || snapshot.type.rawValue == type) && filters.allSatisfy { matches($0, snapshot, request) }
        }
        let page = try Paging.page(wanted, after: marker, limit: limit, key: \.identifier)
        let nodes = page.items.map { SnapshotXML(snapshot: $0, context: request.context).node() }
        return .xml(page.markerNodes() + [.element("DBSnapshots", nodes)])
    }

    private static func snapshotType(_ request: Request) throws -> String? {
        guard let type = try request.string("SnapshotType") else { return nil }
        guard types.contains(type) else {
            throw Fault.invalidParameterValue(
                "The parameter SnapshotType is not valid: \(request.quoted(type)). "
                    + "It can be: \(types.sorted().joined(separator: ", ")).")
        }
        return type
    }

    private static func matches(_ filter: RDSFilter, _ snapshot: DBSnapshot, _ request: Request) -> Bool {
        let account = request.context.account
        func names(_ name: String, _ arn: ARN) -> Bool {
            filter.values.contains { $0.hasPrefix("arn:") ? $0 == arn.description : $0.lowercased() == name }
        }
        switch filter.name {
        case "db-instance-id":
            let name = snapshot.instance.identifier
            return names(name, ARN.dbInstance(name, region: snapshot.region, account: account))
        case "db-snapshot-id":
            return names(snapshot.identifier, ARN.dbSnapshot(snapshot.identifier, region: snapshot.region, account: account))
        case "dbi-resource-id": return filter.values.contains(snapshot.instance.resourceID)
        case "snapshot-type": return filter.values.contains(snapshot.type.rawValue)
        default: return filter.values.contains(snapshot.instance.spec.engine)
        }
    }

    /// Waits a moment for one in the making, so that `aws rds wait`, which looks every 15 s, sees the end of it at once.
    private static func untilSettled(_ snapshot: DBSnapshot, _ request: Request) async {
        guard snapshot.status.isTransitional else { return }
        let store = request.context.store
        // Whether it settled or the time was up, the answer shows what is the case then.
        _ = await request.context.board.until(timeout: request.context.describeHold) {
            store.get(DBSnapshot.self, region: snapshot.region, id: snapshot.id)?.status.isTransitional != true
        }
    }
}
