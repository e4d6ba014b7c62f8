internal import AWSWire
internal import Resources

enum DescribeDBParameterGroups: Operation {
    static let action = "DescribeDBParameterGroups"
    static let note = "The default group of each family of this host is always there; RDS makes one when it is first needed."
    static let parameters: [ParameterRule] =
        [.works("DBParameterGroupName", "A name or an ARN."), .noFilters] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let page = try Paging.page(wanted(request), after: request.string("Marker"), limit: limit, key: \.name)
        let marker = page.markerNodes()
        let nodes = page.items.map { ParameterGroupXML.node($0, account: request.context.account) }
        return .xml(marker + [.element("DBParameterGroups", nodes)])
    }

    private static func wanted(_ request: Request) throws -> [DBParameterGroup] {
        if let name = try request.string("DBParameterGroupName") { return [try request.parameterGroup(name)] }
        let stored = request.context.store.list(DBParameterGroup.self, region: request.region)
        let defaults = ParameterFamily.installed(request.context.catalog).map { $0.defaultGroup(region: request.region) }
        return (stored + defaults).sorted { $0.name < $1.name }
    }
}
