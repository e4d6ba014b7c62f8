internal import AWSWire
internal import Resources

/// A group of one's own from another, a default one included.
enum CopyDBParameterGroup: Operation {
    static let action = "CopyDBParameterGroup"
    static let parameters: [ParameterRule] = [
        .works("SourceDBParameterGroupIdentifier", "A name or an ARN of this region."),
        .works("TargetDBParameterGroupIdentifier"), .works("TargetDBParameterGroupDescription"), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let source = try request.required("SourceDBParameterGroupIdentifier")
        let name = try ParameterGroupRules.newName(
            request.required("TargetDBParameterGroupIdentifier"), parameter: "TargetDBParameterGroupIdentifier")
        let description = try ParameterGroupRules.description(
            request.required("TargetDBParameterGroupDescription"), parameter: "TargetDBParameterGroupDescription")
        let found = try request.parameterGroup(source)
        let tags = try TagRules.tags(request)
        let copy = try await request.context.store.write { transaction in
            let current = transaction.find(DBParameterGroup.self, region: found.region, name: found.name) ?? found
            let copy = DBParameterGroup(
                region: found.region, name: name, family: current.family, description: description,
                settings: current.settings, tags: tags)
            try transaction.add(copy)
            return copy
        }
        return request.answer(copy)
    }
}
