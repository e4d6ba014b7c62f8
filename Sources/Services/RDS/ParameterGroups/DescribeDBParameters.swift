internal import AWSWire
internal import Resources

/// The parameters of a group, ordered by name. What they are comes from the server itself.
enum DescribeDBParameters: Operation {
    static let action = "DescribeDBParameters"
    static let parameters: [ParameterRule] =
        [
            .works("DBParameterGroupName", "A name or an ARN."), .works("Source", "`user`, `system` or `engine-default`."),
            .works("Filters", "`parameter-name`."),
        ] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let group = try request.parameterGroup(request.required("DBParameterGroupName"))
        let source = try source(request)
        let filters = try RDSFilter.all(request, known: ["parameter-name"])
        let catalogue = try await request.parameters(of: request.parameterFamily(group.family))
        let items = catalogue.definitions.map { ParameterXML(definition: $0, setting: group.settings[$0.name]) }
            .filter { source == nil || $0.source == source }
        let page = try ParameterPage.make(items, filters, request, limit)
        return .xml(page.marker + [.element("Parameters", page.parameters)])
    }

    private static func source(_ request: Request) throws -> ParameterXML.Source? {
        try request.string("Source").map { text in
            guard let source = ParameterXML.Source(rawValue: text) else {
                throw Fault.invalidParameterValue(
                    "The parameter Source is not valid: \(request.quoted(text)). It must be user, system or engine-default.")
            }
            return source
        }
    }
}

/// A page of a parameter list, as both actions that answer one put it together.
enum ParameterPage {
    static func make(
        _ items: [ParameterXML], _ filters: [RDSFilter], _ request: Request, _ limit: Int
    ) throws -> (marker: [XMLNode], parameters: [XMLNode]) {
        let matching = items.filter { item in filters.allSatisfy { $0.values.contains(item.definition.name) } }
        let page = try Paging.page(matching, after: request.string("Marker"), limit: limit, key: \.definition.name)
        return (page.markerNodes(), page.items.map { $0.node() })
    }
}
