internal import AWSWire
internal import Resources

enum CreateOptionGroup: Operation {
    static let action = "CreateOptionGroup"
    static let parameters: [ParameterRule] = [
        .works("OptionGroupName"), .works("EngineName", "An engine of this host."),
        .works("MajorEngineVersion", "A major version that is installed."), .works("OptionGroupDescription"), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let name = try OptionGroupRules.newName(request.required("OptionGroupName"), parameter: "OptionGroupName")
        let engine = try EngineChoice.traits(request.required("EngineName"), request.context.catalog)
        let major = try request.required("MajorEngineVersion")
        let installed = request.context.catalog.versions(of: engine.name).map(\.major)
        guard installed.contains(major) else {
            throw Fault.invalidParameterCombination(
                "Cannot find major version \(request.quoted(major)) for \(engine.name). "
                    + "Installed on this host: \(installed.joined(separator: ", ")).")
        }
        let group = DBOptionGroup(
            region: request.region, name: name, engine: engine.name, majorVersion: major,
            description: try ParameterGroupRules.description(
                request.required("OptionGroupDescription"), parameter: "OptionGroupDescription"),
            tags: try TagRules.tags(request))
        try await request.context.store.write { transaction in try transaction.add(group) }
        return request.answer(group)
    }
}
