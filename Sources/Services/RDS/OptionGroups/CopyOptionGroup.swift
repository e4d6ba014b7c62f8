internal import AWSWire
internal import Resources

enum CopyOptionGroup: Operation {
    static let action = "CopyOptionGroup"
    static let parameters: [ParameterRule] = [
        .works("SourceOptionGroupIdentifier", "A name or an ARN of this region."), .works("TargetOptionGroupIdentifier"),
        .works("TargetOptionGroupDescription"), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let found = try request.optionGroup(request.required("SourceOptionGroupIdentifier"))
        let name = try OptionGroupRules.newName(
            request.required("TargetOptionGroupIdentifier"), parameter: "TargetOptionGroupIdentifier")
        let description = try ParameterGroupRules.description(
            request.required("TargetOptionGroupDescription"), parameter: "TargetOptionGroupDescription")
        let tags = try TagRules.tags(request)
        let copy = try await request.context.store.write { transaction in
            let current = transaction.find(DBOptionGroup.self, region: found.region, name: found.name) ?? found
            let copy = DBOptionGroup(
                region: found.region, name: name, engine: current.engine, majorVersion: current.majorVersion,
                description: description, options: current.options, tags: tags)
            try transaction.add(copy)
            return copy
        }
        return request.answer(copy)
    }
}
