internal import AWSWire
internal import Resources

/// Removes tags: of a key whatever its value, of a key and a value only that pair, without `Tag` all.
enum DeleteTags: Operation {
    static let action = "DeleteTags"
    static let parameters: [ParameterRule] = [.works("ResourceId"), .works("Tag"), .dryRun]

    static func run(_ request: Request) async throws -> Answer {
        let given = request.call.parameters["Tag"]?.elements ?? []
        let doomed = try given.map { element in
            guard let key = element["Key"]?.text, !key.isEmpty else { throw request.missing("Tag.Key") }
            return (key: key, value: element["Value"]?.text)
        }
        try await TaggedEC2Resource.change(request) { tags in
            if doomed.isEmpty { tags = [] }
            tags.removeAll { tag in doomed.contains { $0.key == tag.key && ($0.value == nil || $0.value == tag.value) } }
        }
        return .xml([.text("return", true)])
    }
}
