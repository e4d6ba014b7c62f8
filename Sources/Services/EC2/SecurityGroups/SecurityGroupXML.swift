internal import AWSWire
internal import Resources

/// Groups and rules as EC2 answers them (botocore, SecurityGroup, SecurityGroupRule, IpPermission).
struct SecurityGroupXML {
    let account: String
    let region: String
    /// The VPC of every group.
    let vpcID: String

    init(_ request: Request) {
        account = request.context.account
        region = request.region
        vpcID = request.network.vpcID
    }

    func arn(_ group: SecurityGroup) -> String { arn("security-group/\(group.groupID)") }

    private func arn(_ resource: String) -> String {
        ARN(service: "ec2", region: region, account: account, resource: resource).description
    }

    func group(_ group: SecurityGroup) -> [XMLNode] {
        [
            .text("ownerId", account), .text("groupId", group.groupID), .text("groupName", group.groupName),
            .text("groupDescription", group.description), .text("vpcId", group.vpcID), .text("securityGroupArn", arn(group)),
            .element(
                "ipPermissions", permissions(group.rules(.ingress).map { .init(terms: $0.terms, description: $0.description) })),
            .element(
                "ipPermissionsEgress",
                permissions(group.rules(.egress).map { .init(terms: $0.terms, description: $0.description) })),
            Self.tags(group.tags),
        ]
    }

    static func tags(_ tags: [Tag]) -> XMLNode {
        .element("tagSet", tags.map { .element("item", [.text("key", $0.key), .text("value", $0.value)]) })
    }

    /// One `item` for each protocol and port range, in order of appearance, with all its peers.
    func permissions(_ rules: [PermissionReader.Draft]) -> [XMLNode] {
        var order: [[String]] = []
        var merged: [[String]: [PermissionReader.Draft]] = [:]
        for rule in rules {
            let key = [rule.terms.ipProtocol, String(rule.terms.fromPort), String(rule.terms.toPort)]
            if merged[key] == nil { order.append(key) }
            merged[key, default: []].append(rule)
        }
        return order.map { .element("item", permission(merged[$0] ?? [])) }
    }

    private func permission(_ rules: [PermissionReader.Draft]) -> [XMLNode] {
        guard let terms = rules.first?.terms else { return [] }
        var nodes: [XMLNode] = [.text("ipProtocol", terms.ipProtocol)]
        if terms.hasPorts { nodes += [.text("fromPort", terms.fromPort), .text("toPort", terms.toPort)] }
        var groups: [XMLNode] = []
        var four: [XMLNode] = []
        var six: [XMLNode] = []
        for rule in rules {
            let description: [XMLNode] = rule.description.map { [.text("description", $0)] } ?? []
            switch rule.terms.peer {
            case .group(let id): groups.append(.element("item", [.text("userId", account), .text("groupId", id)] + description))
            case .ipv4(let block): four.append(.element("item", [.text("cidrIp", block)] + description))
            case .ipv6(let block): six.append(.element("item", [.text("cidrIpv6", block)] + description))
            }
        }
        return nodes + [
            .element("groups", groups), .element("ipRanges", four), .element("ipv6Ranges", six), .element("prefixListIds", []),
        ]
    }

    func rule(_ rule: SecurityGroupRule, of group: String) -> [XMLNode] {
        var nodes = head(rule, of: group)
        nodes.insert(.text("groupOwnerId", account), at: 2)
        switch rule.terms.peer {
        case .ipv4(let block): nodes.append(.text("cidrIpv4", block))
        case .ipv6(let block): nodes.append(.text("cidrIpv6", block))
        case .group(let id):
            nodes.append(
                .element("referencedGroupInfo", [.text("groupId", id), .text("userId", account), .text("vpcId", vpcID)]))
        }
        if let description = rule.description { nodes.append(.text("description", description)) }
        return nodes + [Self.tags(rule.tags), .text("securityGroupRuleArn", arn("security-group-rule/\(rule.id)"))]
    }

    func revoked(_ rule: SecurityGroupRule, of group: String) -> [XMLNode] {
        var nodes = head(rule, of: group)
        switch rule.terms.peer {
        case .ipv4(let block): nodes.append(.text("cidrIpv4", block))
        case .ipv6(let block): nodes.append(.text("cidrIpv6", block))
        case .group(let id): nodes.append(.text("referencedGroupId", id))
        }
        if let description = rule.description { nodes.append(.text("description", description)) }
        return nodes
    }

    private func head(_ rule: SecurityGroupRule, of group: String) -> [XMLNode] {
        [
            .text("securityGroupRuleId", rule.id), .text("groupId", group), .text("isEgress", rule.direction == .egress),
            .text("ipProtocol", rule.terms.ipProtocol), .text("fromPort", rule.terms.fromPort),
            .text("toPort", rule.terms.toPort),
        ]
    }
}

extension SecurityGroupRule.Terms {
    /// `IpPermission` shows no ports where they do not matter.
    var hasPorts: Bool { ["tcp", "udp", "icmp", "icmpv6"].contains(ipProtocol) }
}
