internal import AWSWire
internal import Resources

enum DescribeTags: Operation {
    static let action = "DescribeTags"
    static let parameters: [ParameterRule] = [.ec2Filters, .dryRun] + ParameterRule.ec2Paging

    private struct Item {
        var id: String
        var type: String
        var tag: Tag
        var key: String { "\(id)/\(tag.key)" }
    }

    static func run(_ request: Request) async throws -> Answer {
        let items = request.securityGroups.flatMap { group in
            group.tags.map { Item(id: group.groupID, type: "security-group", tag: $0) }
                + group.rules.flatMap { rule in rule.tags.map { Item(id: rule.id, type: "security-group-rule", tag: $0) } }
        }
        let page = try request.ec2Page(try EC2Filter.apply(items, request, fields), key: \.key)
        return .xml([.element("tagSet", page.items.map { .element("item", node($0)) })] + page.token)
    }

    private static func fields(_ filter: String, _ item: Item) -> [String]? {
        switch filter {
        case "key": [item.tag.key]
        case "value": [item.tag.value]
        case "resource-id": [item.id]
        case "resource-type": [item.type]
        default: EC2Tags.fields(filter, [item.tag])
        }
    }

    private static func node(_ item: Item) -> [XMLNode] {
        [
            .text("key", item.tag.key), .text("resourceId", item.id), .text("resourceType", item.type),
            .text("value", item.tag.value),
        ]
    }
}
