internal import AWSWire
internal import Resources

enum CreateDBParameterGroup: Operation {
    static let action = "CreateDBParameterGroup"
    static let parameters: [ParameterRule] = [
        .works("DBParameterGroupName"), .works("DBParameterGroupFamily", "A family of the engines of this host."),
        .works("Description"), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let name = try ParameterGroupRules.newName(request.required("DBParameterGroupName"), parameter: "DBParameterGroupName")
        let family = try request.parameterFamily(request.required("DBParameterGroupFamily"))
        let group = DBParameterGroup(
            region: request.region, name: name, family: family.name,
            description: try ParameterGroupRules.description(request.required("Description"), parameter: "Description"),
            tags: try TagRules.tags(request))
        try await request.context.store.write { transaction in try transaction.add(group) }
        return request.answer(group)
    }
}
