internal import AWSWire
internal import Resources

enum DescribeOptionGroups: Operation {
    static let action = "DescribeOptionGroups"
    static let note = "The default group of each major version of this host is always there."
    static let parameters: [ParameterRule] =
        [
            .works("OptionGroupName", "A name or an ARN."), .works("EngineName"),
            .works("MajorEngineVersion", "Along with EngineName."), .noFilters,
        ] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let page = try Paging.page(wanted(request), after: request.string("Marker"), limit: limit, key: \.name)
        let nodes = page.items.map { XMLNode.element("OptionGroup", OptionGroupXML(group: $0, request: request).children()) }
        return .xml([.element("OptionGroupsList", nodes)] + page.markerNodes())
    }

    private static func wanted(_ request: Request) throws -> [DBOptionGroup] {
        let engine = try request.string("EngineName")
        let major = try request.string("MajorEngineVersion")
        if let name = try request.string("OptionGroupName") {
            guard engine == nil, major == nil else {
                throw Fault.invalidParameterCombination(
                    "OptionGroupName cannot be given along with EngineName or MajorEngineVersion.")
            }
            return [try request.optionGroup(name)]
        }
        guard major == nil || engine != nil else {
            throw Fault.invalidParameterCombination("MajorEngineVersion must be given along with EngineName.")
        }
        let stored = request.context.store.list(DBOptionGroup.self, region: request.region)
        return (stored + request.defaultOptionGroups)
            .filter { (engine == nil || $0.engine == engine) && (major == nil || $0.majorVersion == major) }
            .sorted { $0.name < $1.name }
    }
}
