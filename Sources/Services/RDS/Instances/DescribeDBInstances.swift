internal import AWSWire
internal import Resources

/// The instances of the region, or one of them.
enum DescribeDBInstances: Operation {
    static let action = "DescribeDBInstances"
    static let note = "Asked for one instance in a quick transition, it answers when that is over, or after 2 s."
    static let parameters: [ParameterRule] =
        [
            .works("DBInstanceIdentifier", "A name or an ARN."),
            .works("Filters", "`db-instance-id`, `dbi-resource-id`, `engine`; `domain` and `db-cluster-id` match nothing yet."),
        ] + ParameterRule.rdsPaging

    static let filterNames: Set = ["db-instance-id", "dbi-resource-id", "engine", "domain", "db-cluster-id"]

    static func run(_ request: Request) async throws -> Answer {
        let filters = try RDSFilter.all(request, known: filterNames)
        let limit = try Paging.limit(request)
        let marker = try request.string("Marker")
        if let text = try request.string("DBInstanceIdentifier") {
            return try await one(request.instanceIdentifier(text), filters, request)
        }
        guard filters.isEmpty else { return try await filtered(filters, request, marker, limit) }
        return .xml([.raw(try page(request, marker, limit))])
    }

    private static func one(_ identifier: String, _ filters: [RDSFilter], _ request: Request) async throws -> Answer {
        await untilSettled(try request.instance(identifier), request)
        let instance = try request.instance(identifier)
        return list(filters.allSatisfy { matches($0, instance, request) } ? [instance] : [], nil, request)
    }

    private static func filtered(
        _ filters: [RDSFilter], _ request: Request, _ marker: String?, _ limit: Int
    ) async throws -> Answer {
        func matching() -> [DBInstance] {
            request.context.store.list(DBInstance.self, region: request.region).filter { instance in
                filters.allSatisfy { matches($0, instance, request) }
            }
        }
        let first = matching()
        if let only = first.first, first.count == 1 { await untilSettled(only, request) }
        let page = try Paging.page(matching(), after: marker, limit: limit, key: \.identifier)
        return list(page.items, page.marker, request)
    }

    /// All of a page, from the cache while nothing has changed. The revisions are read before the documents, so that a page is
    /// never kept under a later revision than the one it shows.
    private static func page(_ request: Request, _ marker: String?, _ limit: Int) throws -> [UInt8] {
        let context = request.context
        let key = RenderedInstances.PageKey(
            storeRevision: context.store.revision, boardRevision: context.board.revision, region: request.region,
            marker: marker, limit: limit)
        return try context.rendered.page(key) {
            let all = context.store.list(DBInstance.self, region: request.region)
            let page = try Paging.page(all, after: marker, limit: limit, key: \.identifier)
            return bytes(page.items, page.marker, request)
        }
    }

    private static func list(_ instances: [DBInstance], _ marker: String?, _ request: Request) -> Answer {
        .xml([.raw(bytes(instances, marker, request))])
    }

    private static func bytes(_ instances: [DBInstance], _ marker: String?, _ request: Request) -> [UInt8] {
        let network = request.network
        var writer = XMLWriter(capacity: 4096 * (instances.count + 1))
        writer.text("Marker", marker)
        writer.element("DBInstances") { xml in
            for instance in instances { xml.raw(request.context.rendered.xml(of: instance, in: request.context, network)) }
        }
        return writer.bytes
    }

    private static func matches(_ filter: RDSFilter, _ instance: DBInstance, _ request: Request) -> Bool {
        switch filter.name {
        case "db-instance-id":
            filter.values.contains { value in
                if value.hasPrefix("arn:") {
                    let arn = ARN.dbInstance(instance.identifier, region: instance.region, account: request.context.account)
                    return value == arn.description
                }
                return value.lowercased() == instance.identifier
            }
        case "dbi-resource-id": filter.values.contains(instance.resourceID)
        case "engine": filter.values.contains(instance.spec.engine)
        // There are neither directories nor clusters to belong to.
        default: false
        }
    }

    /// Waits a moment for a transition to end, so that `aws rds wait`, which looks every 30 s, sees the end of it at once.
    private static func untilSettled(_ instance: DBInstance, _ request: Request) async {
        let context = request.context
        let isSettled: @Sendable () -> Bool = {
            guard let now = context.store.get(DBInstance.self, region: instance.region, id: instance.resourceID) else {
                return true
            }
            return !DBInstanceStatus.derive(desired: now, observed: context.board[now.resourceID]).isTransitional
        }
        guard !isSettled() else { return }
        // Whether it settled or the time was up, the answer shows what is the case then.
        _ = await context.board.until(timeout: context.describeHold, isSettled)
    }
}
