internal import AWSWire
internal import Resources

/// Adds tags; a key that is there already gets the new value.
enum CreateTags: Operation {
    static let action = "CreateTags"
    static let parameters: [ParameterRule] = [
        .works("ResourceId", "Security groups and their rules; networks carry no tags here."), .works("Tag"), .dryRun,
    ]

    static func run(_ request: Request) async throws -> Answer {
        let added = try EC2Tags.read(request.call.parameters["Tag"])
        guard !added.isEmpty else { throw request.missing("Tag") }
        try EC2Tags.check(added)
        try await TaggedEC2Resource.change(request) { tags in
            for tag in added {
                if let index = tags.firstIndex(where: { $0.key == tag.key }) { tags[index] = tag } else { tags.append(tag) }
            }
            guard tags.count <= EC2Tags.limit else { throw EC2Fault.tagLimit(EC2Tags.limit) }
        }
        return .xml([.text("return", true)])
    }
}
