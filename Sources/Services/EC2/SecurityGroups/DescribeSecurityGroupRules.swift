internal import AWSWire
internal import Resources

enum DescribeSecurityGroupRules: Operation {
    static let action = "DescribeSecurityGroupRules"
    static let parameters: [ParameterRule] =
        [.ec2Filters, .works("SecurityGroupRuleId"), .dryRun] + ParameterRule.ec2Paging

    private struct Item {
        var group: String
        var rule: SecurityGroupRule
    }

    static func run(_ request: Request) async throws -> Answer {
        let all = request.securityGroups.flatMap { group in group.rules.map { Item(group: group.groupID, rule: $0) } }
        let ids = try request.strings("SecurityGroupRuleId") ?? []
        try ids.forEach(RuleLookup.checkForm)
        for id in ids where !all.contains(where: { $0.rule.id == id }) { throw EC2Fault.ruleNotFound(id) }
        let wanted = ids.isEmpty ? all : all.filter { ids.contains($0.rule.id) }
        let page = try request.ec2Page(try EC2Filter.apply(wanted, request, fields), key: \.rule.id)
        let xml = SecurityGroupXML(request)
        let items: [XMLNode] = page.items.map { .element("item", xml.rule($0.rule, of: $0.group)) }
        return .xml([.element("securityGroupRuleSet", items)] + page.token)
    }

    private static func fields(_ filter: String, _ item: Item) -> [String]? {
        switch filter {
        case "group-id": [item.group]
        case "security-group-rule-id": [item.rule.id]
        default: EC2Tags.fields(filter, item.rule.tags)
        }
    }
}
