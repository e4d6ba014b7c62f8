internal import AWSWire
internal import Resources

/// Replaces what rules say, all or none. A rule stays of its type: IPv4, IPv6 or group.
enum ModifySecurityGroupRules: Operation {
    static let action = "ModifySecurityGroupRules"
    static let parameters: [ParameterRule] = [
        .works("GroupId"), .works("SecurityGroupRule", "A description that is left out is removed."), .dryRun,
    ]

    struct Change: Sendable {
        var id: String
        var terms: SecurityGroupRule.Terms
        var description: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let id = try request.securityGroup(request.required("GroupId")).groupID
        let changes = try (request.call.parameters["SecurityGroupRule"]?.elements ?? []).map { try change($0, request) }
        guard !changes.isEmpty else { throw request.missing("SecurityGroupRule") }
        guard Set(changes.map(\.id)).count == changes.count else {
            throw Fault.invalidParameterValue("The same security group rule must not appear multiple times")
        }
        try await request.context.store.write { transaction in
            let group = try transaction.changeSecurityGroup(id, request.network) { try apply(changes, to: &$0) }
            let changed = group.rules.filter { rule in changes.contains { $0.id == rule.id } }
            try RuleAuthorization.checkReferences(changed, transaction, request.network)
            try transaction.warnMembers(of: group, about: changed, request)
        }
        return .xml([.text("return", true)])
    }

    private static func apply(_ changes: [Change], to group: inout SecurityGroup) throws {
        for change in changes {
            let index = try RuleLookup.index(change.id, in: group)
            guard group.rules[index].terms.peer.isOfSameType(as: change.terms.peer) else {
                throw Fault.invalidParameterValue(
                    "The type of security group rule \(change.id) cannot be changed: it must keep an IPv4 block, an IPv6 block "
                        + "or a group."
                )
            }
            group.rules[index].terms = change.terms
            group.rules[index].description = change.description
        }
        for direction in [SecurityGroupRule.Direction.ingress, .egress] {
            var seen: Set<SecurityGroupRule.Terms> = []
            for rule in group.rules(direction) where !seen.insert(rule.terms).inserted {
                throw EC2Fault.permissionDuplicate(rule.terms.inWords)
            }
        }
    }

    private static func change(_ element: Parameters, _ request: Request) throws -> Change {
        guard let id = element["SecurityGroupRuleId"]?.text, !id.isEmpty else { throw request.missing("SecurityGroupRuleId") }
        try RuleLookup.checkForm(id)
        guard let rule = element["SecurityGroupRule"] else { throw request.missing("SecurityGroupRule.SecurityGroupRule") }
        let known: Set = [
            "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId", "Description",
        ]
        for name in rule.names where !known.contains(name) {
            throw Fault("UnknownParameter", "The parameter \(name.prefix(64)) is not recognized")
        }
        guard let ipProtocol = rule["IpProtocol"]?.text, !ipProtocol.isEmpty else { throw request.missing("IpProtocol") }
        let ports = (try number(rule, "FromPort"), try number(rule, "ToPort"))
        let traffic = try RuleTerms.traffic(ipProtocol, ports.0, ports.1)
        return Change(
            id: id,
            terms: .init(
                ipProtocol: traffic.ipProtocol, fromPort: traffic.fromPort, toPort: traffic.toPort,
                peer: try peer(rule, request)),
            description: try RuleTerms.description(rule["Description"]?.text))
    }

    private static func peer(_ rule: Parameters, _ request: Request) throws -> SecurityGroupRule.Peer {
        let given = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"].compactMap { name in
            rule[name]?.text.flatMap { $0.isEmpty ? nil : (name, $0) }
        }
        guard given.count == 1, let (name, text) = given.first else {
            throw Fault.invalidParameterCombination(
                "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified.")
        }
        switch name {
        case "CidrIpv4": return try RuleTerms.peer(cidr: text, .ipv4)
        case "CidrIpv6": return try RuleTerms.peer(cidr: text, .ipv6)
        case "ReferencedGroupId": return .group(try request.securityGroup(text).groupID)
        default: throw PermissionReader.noPrefixList(text)
        }
    }

    private static func number(_ rule: Parameters, _ name: String) throws -> Int? {
        guard let text = rule[name]?.text, !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw Fault.invalidParameterValue("Invalid value '\(text.prefix(32))' for \(name). It must be an integer.")
        }
        return number
    }
}

extension SecurityGroupRule.Peer {
    fileprivate func isOfSameType(as other: Self) -> Bool {
        switch (self, other) {
        case (.ipv4, .ipv4), (.ipv6, .ipv6), (.group, .group): true
        default: false
        }
    }
}
