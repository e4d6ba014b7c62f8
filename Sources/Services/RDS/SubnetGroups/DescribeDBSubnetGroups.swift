internal import AWSWire
internal import Resources

enum DescribeDBSubnetGroups: Operation {
    static let action = "DescribeDBSubnetGroups"
    static let note = "The group `default` is always there; RDS makes it when it is first needed."
    static let parameters: [ParameterRule] = [.works("DBSubnetGroupName"), .noFilters] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let groups = try wanted(request)
        let page = try Paging.page(groups, after: request.string("Marker"), limit: limit, key: \.name)
        let marker = page.markerNodes()
        return .xml(
            marker + [
                .element("DBSubnetGroups", page.items.map { .raw(SubnetGroupXML(group: $0, network: request.network).bytes()) })
            ])
    }

    private static func wanted(_ request: Request) throws -> [DBSubnetGroup] {
        if let name = try request.string("DBSubnetGroupName")?.lowercased() {
            guard let group = request.subnetGroup(named: name) else { throw RDSFault.subnetGroupNotFound(request.quoted(name)) }
            return [group]
        }
        let stored = request.context.store.list(DBSubnetGroup.self, region: request.region)
        return (stored + [request.network.defaultSubnetGroup]).sorted { $0.name < $1.name }
    }
}
