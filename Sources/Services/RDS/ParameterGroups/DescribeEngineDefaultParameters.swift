internal import AWSWire
internal import Resources

/// The parameters of a family as its default group has them.
enum DescribeEngineDefaultParameters: Operation {
    static let action = "DescribeEngineDefaultParameters"
    static let parameters: [ParameterRule] =
        [.works("DBParameterGroupFamily"), .works("Filters", "`parameter-name`.")] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let family = try request.parameterFamily(request.required("DBParameterGroupFamily"))
        let filters = try RDSFilter.all(request, known: ["parameter-name"])
        let items = try await request.parameters(of: family).definitions.map { ParameterXML(definition: $0, setting: nil) }
        let page = try ParameterPage.make(items, filters, request, limit)
        return .xml([
            .element(
                "EngineDefaults",
                [.text("DBParameterGroupFamily", family.name)] + page.marker + [.element("Parameters", page.parameters)])
        ])
    }
}
