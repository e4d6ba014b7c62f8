internal import AWSWire
internal import Resources

/// Adds tags; a key that is there already gets the new value.
enum AddTagsToResource: Operation {
    static let action = "AddTagsToResource"
    static let parameters: [ParameterRule] = [.works("ResourceName", "An ARN."), .works("Tags")]

    static func run(_ request: Request) async throws -> Answer {
        let resource = try TaggedResource(request)
        let added = try TagRules.tags(request)
        guard !added.isEmpty else { throw request.missing("Tags") }
        try await resource.changeTags(request) { tags in
            for tag in added {
                if let index = tags.firstIndex(where: { $0.key == tag.key }) { tags[index] = tag } else { tags.append(tag) }
            }
            try TagRules.checkCount(tags)
        }
        return .xml([])
    }
}
