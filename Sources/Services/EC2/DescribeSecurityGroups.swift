internal import AWSWire
internal import Resources

/// The default security group.
enum DescribeSecurityGroups: Operation {
    static let action = "DescribeSecurityGroups"
    static let note = "Only the default group exists, and it gates nothing until the security groups issue lands."
    static let parameters: [ParameterRule] =
        [.ec2Filters, .works("GroupId"), .works("GroupName"), .dryRun] + ParameterRule.ec2Paging

    static func run(_ request: Request) async throws -> Answer {
        let network = request.network
        for id in try request.strings("GroupId") ?? [] where id != network.securityGroupID {
            throw notFound("The security group '\(id.prefix(64))' does not exist")
        }
        for name in try request.strings("GroupName") ?? [] where name != DefaultVPC.securityGroupName {
            throw notFound("The security group '\(name.prefix(64))' does not exist in default VPC '\(network.vpcID)'")
        }
        let page = try request.ec2Page(try EC2Filter.apply([network], request, fields))
        return .xml([.element("securityGroupInfo", page.items.map { .element("item", node($0)) })] + page.token)
    }

    private static func notFound(_ message: String) -> Fault { Fault("InvalidGroup.NotFound", message) }

    private static let description = "default VPC security group"

    private static func fields(_ filter: String, _ network: DefaultVPC) -> [String]? {
        switch filter {
        case "group-id", "ip-permission.group-id": [network.securityGroupID]
        case "group-name", "ip-permission.group-name": [DefaultVPC.securityGroupName]
        case "vpc-id": [network.vpcID]
        case "owner-id", "ip-permission.user-id": [network.account]
        case "description": [description]
        case "ip-permission.protocol", "egress.ip-permission.protocol": ["-1"]
        case "egress.ip-permission.cidr": ["0.0.0.0/0"]
        case "ip-permission.cidr", "ip-permission.from-port", "ip-permission.to-port", "ip-permission.ipv6-cidr",
            "ip-permission.prefix-list-id", "egress.ip-permission.from-port", "egress.ip-permission.to-port",
            "egress.ip-permission.group-id", "egress.ip-permission.group-name", "egress.ip-permission.ipv6-cidr",
            "egress.ip-permission.prefix-list-id", "egress.ip-permission.user-id":
            []
        default: filter.isTagFilter ? [] : nil
        }
    }

    private static func node(_ network: DefaultVPC) -> [XMLNode] {
        let arn = ARN(
            service: "ec2", region: network.region, account: network.account,
            resource: "security-group/\(network.securityGroupID)")
        let itself: XMLNode = .element(
            "item", [.text("userId", network.account), .text("groupId", network.securityGroupID)])
        let everywhere: XMLNode = .element("item", [.text("cidrIp", "0.0.0.0/0")])
        return [
            .text("ownerId", network.account), .text("groupId", network.securityGroupID),
            .text("groupName", DefaultVPC.securityGroupName), .text("groupDescription", description),
            .text("vpcId", network.vpcID), .text("securityGroupArn", arn.description),
            .element("ipPermissions", [.element("item", permission(groups: [itself], ranges: []))]),
            .element("ipPermissionsEgress", [.element("item", permission(groups: [], ranges: [everywhere]))]),
            .element("tagSet", []),
        ]
    }

    private static func permission(groups: [XMLNode], ranges: [XMLNode]) -> [XMLNode] {
        [
            .text("ipProtocol", "-1"), .element("groups", groups), .element("ipRanges", ranges),
            .element("ipv6Ranges", []), .element("prefixListIds", []),
        ]
    }
}
