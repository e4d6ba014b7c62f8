internal import AWSWire
internal import Resources

/// What AuthorizeSecurityGroupIngress and AuthorizeSecurityGroupEgress share: all rules of the request are added, or none.
enum RuleAuthorization {
    /// Rules of a group in one direction (Amazon VPC quotas).
    static let limit = 60

    static func run(_ request: Request, _ direction: SecurityGroupRule.Direction) async throws -> Answer {
        let id = try request.securityGroupID()
        let drafts = try PermissionReader(request).drafts()
        guard !drafts.isEmpty else { throw request.missing("ipPermissions") }
        let tags = try EC2Tags.specified(request, for: "security-group-rule")
        let rules = drafts.map { draft in
            SecurityGroupRule(
                id: "sgr-" + request.context.random.hexadecimal(17), direction: direction, terms: draft.terms,
                description: draft.description, tags: tags)
        }
        try await request.context.store.write { transaction in
            let group = try transaction.changeSecurityGroup(id, request.network) { try add(rules, to: &$0, direction) }
            try checkReferences(rules, transaction, request.network)
            try transaction.warnMembers(of: group, about: rules, request)
        }
        let xml = SecurityGroupXML(request)
        return .xml([
            .text("return", true),
            .element("securityGroupRuleSet", rules.map { .element("item", xml.rule($0, of: id)) }),
        ])
    }

    private static func add(
        _ rules: [SecurityGroupRule], to group: inout SecurityGroup, _ direction: SecurityGroupRule.Direction
    ) throws {
        let existing = Set(group.rules(direction).map(\.terms))
        if let twice = rules.first(where: { existing.contains($0.terms) }) {
            throw EC2Fault.permissionDuplicate(twice.terms.inWords)
        }
        guard existing.count + rules.count <= limit else { throw EC2Fault.ruleLimit(limit) }
        group.rules += rules
    }

    /// A group that a rule names may have been deleted since the request was read.
    static func checkReferences(
        _ rules: [SecurityGroupRule], _ transaction: StoreTransaction, _ network: DefaultVPC
    ) throws {
        let known = Set(transaction.securityGroups(network).map(\.groupID))
        for rule in rules {
            guard case .group(let id) = rule.terms.peer, !known.contains(id) else { continue }
            throw EC2Fault.groupNotFound(id)
        }
    }
}

extension ParameterRule {
    /// The flat parameters of EC2's egress actions, which AWS ignores or refuses too (botocore: "Not supported").
    static let noFlatEgress: [ParameterRule] = [
        "CidrIp", "IpProtocol", "FromPort", "ToPort", "SourceSecurityGroupName", "SourceSecurityGroupOwnerId",
    ].map { .refused($0, "AWS does not support it for egress. Describe the rule in IpPermissions.") }

    static let flatIngress: [ParameterRule] = [
        .works("CidrIp"), .works("IpProtocol"), .works("FromPort"), .works("ToPort"), .works("SourceSecurityGroupName"),
        .works("SourceSecurityGroupOwnerId", "This account."),
    ]

    static let ipPermissions = works(
        "IpPermissions", "Blocks of IPv4 and IPv6, and groups. There are no prefix lists and no peered VPCs.")

    static let egressNote =
        "Egress rules gate nothing: the gateway lets clients in. What a server itself opens (postgres_fdw) is not held back."
}
