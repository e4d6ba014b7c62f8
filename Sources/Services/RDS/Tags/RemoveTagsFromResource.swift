internal import AWSWire
internal import Resources

/// Removes tags; a key that is not there is no error.
enum RemoveTagsFromResource: Operation {
    static let action = "RemoveTagsFromResource"
    static let parameters: [ParameterRule] = [.works("ResourceName", "An ARN."), .works("TagKeys")]

    static func run(_ request: Request) async throws -> Answer {
        let resource = try TaggedResource(request)
        guard let keys = try request.strings("TagKeys"), !keys.isEmpty else { throw request.missing("TagKeys") }
        try await resource.changeTags(request) { tags in tags.removeAll { keys.contains($0.key) } }
        return .xml([])
    }
}
