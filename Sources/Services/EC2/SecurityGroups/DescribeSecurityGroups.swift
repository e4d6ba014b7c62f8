internal import AWSWire
internal import Resources

enum DescribeSecurityGroups: Operation {
    static let action = "DescribeSecurityGroups"
    static let note =
        "Every region has the group `default`, whose rules admit its members, as on AWS, and this machine by loopback."
    static let parameters: [ParameterRule] =
        [.ec2Filters, .works("GroupId"), .works("GroupName"), .dryRun] + ParameterRule.ec2Paging

    static func run(_ request: Request) async throws -> Answer {
        let all = request.securityGroups
        let names = Dictionary(uniqueKeysWithValues: all.map { ($0.groupID, $0.groupName) })
        let matching = try EC2Filter.apply(try asked(request, all), request) { filter, group in
            fields(filter, group, names, request)
        }
        let page = try request.ec2Page(matching, key: \.groupID)
        let xml = SecurityGroupXML(request)
        return .xml([.element("securityGroupInfo", page.items.map { .element("item", xml.group($0)) })] + page.token)
    }

    private static func asked(_ request: Request, _ all: [SecurityGroup]) throws -> [SecurityGroup] {
        let ids = try (request.strings("GroupId") ?? []).map { try request.securityGroup($0).groupID }
        let named = try (request.strings("GroupName") ?? []).map { try request.securityGroup(named: $0).groupID }
        let wanted = Set(ids + named)
        return wanted.isEmpty ? all : all.filter { wanted.contains($0.groupID) }
    }

    private static func fields(
        _ filter: String, _ group: SecurityGroup, _ names: [String: String], _ request: Request
    ) -> [String]? {
        switch filter {
        case "group-id": return [group.groupID]
        case "group-name": return [group.groupName]
        case "vpc-id": return [group.vpcID]
        case "owner-id": return [request.context.account]
        case "description": return [group.description]
        default: break
        }
        for (prefix, direction) in [("ip-permission.", SecurityGroupRule.Direction.ingress), ("egress.ip-permission.", .egress)]
        where filter.hasPrefix(prefix) {
            let rules = group.rules(direction).map(\.terms)
            return permissionFields(String(filter.dropFirst(prefix.count)), rules, names, request.context.account)
        }
        return EC2Tags.fields(filter, group.tags)
    }

    private static func permissionFields(
        _ filter: String, _ rules: [SecurityGroupRule.Terms], _ names: [String: String], _ account: String
    ) -> [String]? {
        let groups = rules.compactMap { if case .group(let id) = $0.peer { id } else { nil } }
        switch filter {
        case "cidr": return rules.compactMap { if case .ipv4(let block) = $0.peer { block } else { nil } }
        case "ipv6-cidr": return rules.compactMap { if case .ipv6(let block) = $0.peer { block } else { nil } }
        case "from-port": return rules.filter(\.hasPorts).map { String($0.fromPort) }
        case "to-port": return rules.filter(\.hasPorts).map { String($0.toPort) }
        case "group-id": return groups
        case "group-name": return groups.compactMap { names[$0] }
        case "prefix-list-id": return []
        case "protocol": return rules.map(\.ipProtocol)
        case "user-id": return groups.map { _ in account }
        default: return nil
        }
    }
}
