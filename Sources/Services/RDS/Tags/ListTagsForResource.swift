internal import AWSWire
internal import Resources

enum ListTagsForResource: Operation {
    static let action = "ListTagsForResource"
    static let parameters: [ParameterRule] = [.works("ResourceName", "An ARN."), .noFilters]

    static func run(_ request: Request) async throws -> Answer {
        var writer = XMLWriter(capacity: 512)
        XMLTags.write(try TaggedResource(request).tags(request), as: "TagList", &writer)
        return .xml([.raw(writer.bytes)])
    }
}
