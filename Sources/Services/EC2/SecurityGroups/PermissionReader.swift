internal import AWSWire
internal import Resources

/// Reads `IpPermissions` and the flat parameters that mean the same.
struct PermissionReader {
    /// A rule as a request describes it.
    struct Draft: Sendable, Equatable {
        var terms: SecurityGroupRule.Terms
        var description: String?
    }

    let request: Request
    /// The groups that a rule may name.
    let groups: [SecurityGroup]

    init(_ request: Request) {
        self.request = request
        groups = request.securityGroups
    }

    /// Every rule of the request, each once.
    func drafts() throws -> [Draft] {
        let permissions = request.call.parameters["IpPermissions"]?.elements ?? []
        let drafts = try permissions.flatMap { try self.drafts($0) } + flat()
        guard Set(drafts.map(\.terms)).count == drafts.count else {
            throw Fault.invalidParameterValue("The same permission must not appear multiple times")
        }
        return drafts
    }

    private func drafts(_ permission: Parameters) throws -> [Draft] {
        try checkNames(permission, ["IpProtocol", "FromPort", "ToPort", "Groups", "IpRanges", "Ipv6Ranges", "PrefixListIds"])
        guard let ipProtocol = permission["IpProtocol"]?.text, !ipProtocol.isEmpty else { throw request.missing("ipProtocol") }
        let traffic = try RuleTerms.traffic(ipProtocol, number(permission, "FromPort"), number(permission, "ToPort"))
        let peers = try self.peers(permission)
        return peers.map { peer, description in
            Draft(
                terms: .init(ipProtocol: traffic.ipProtocol, fromPort: traffic.fromPort, toPort: traffic.toPort, peer: peer),
                description: description)
        }
    }

    private func peers(_ permission: Parameters) throws -> [(SecurityGroupRule.Peer, String?)] {
        let four = try elements(permission, "IpRanges", "CidrIp") { try RuleTerms.peer(cidr: $0, .ipv4) }
        let six = try elements(permission, "Ipv6Ranges", "CidrIpv6") { try RuleTerms.peer(cidr: $0, .ipv6) }
        let lists = try elements(permission, "PrefixListIds", "PrefixListId") { throw Self.noPrefixList($0) }
        let named = try (permission["Groups"]?.elements ?? []).map { pair in
            (try group(pair), try RuleTerms.description(pair["Description"]?.text))
        }
        return four + six + lists + named
    }

    private func elements(
        _ permission: Parameters, _ list: String, _ member: String, _ peer: (String) throws -> SecurityGroupRule.Peer
    ) throws -> [(SecurityGroupRule.Peer, String?)] {
        try (permission[list]?.elements ?? []).map { element in
            try checkNames(element, [member, "Description"])
            guard let text = element[member]?.text, !text.isEmpty else { throw request.missing(member) }
            return (try peer(text), try RuleTerms.description(element["Description"]?.text))
        }
    }

    private func group(_ pair: Parameters) throws -> SecurityGroupRule.Peer {
        try checkNames(
            pair, ["Description", "UserId", "GroupName", "GroupId", "VpcId", "VpcPeeringConnectionId", "PeeringStatus"])
        if let peering = pair["VpcPeeringConnectionId"]?.text, !peering.isEmpty {
            throw Fault(
                "InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID '\(peering.prefix(64))' does not exist")
        }
        if let vpc = pair["VpcId"]?.text, !vpc.isEmpty, vpc != request.network.vpcID { throw DescribeVpcs.notFound(vpc) }
        return try group(id: pair["GroupId"]?.text, name: pair["GroupName"]?.text, owner: pair["UserId"]?.text)
    }

    private func group(id: String?, name: String?, owner: String?) throws -> SecurityGroupRule.Peer {
        let id = id.flatMap { $0.isEmpty ? nil : $0 }
        let name = name.flatMap { $0.isEmpty ? nil : $0 }
        if let id { try SecurityGroups.checkForm(id) }
        guard id != nil || name != nil else { throw Fault.missingParameter("Source group ID missing.") }
        let isOurs = owner.map { $0.isEmpty || $0 == request.context.account } ?? true
        let found = groups.first { group in id.map { $0 == group.groupID } ?? (group.name == name?.lowercased()) }
        guard isOurs, let found else {
            if let id { throw EC2Fault.groupNotFound(request.quoted(id)) }
            throw EC2Fault.groupNotFound(named: request.quoted(name ?? ""), request.network.vpcID)
        }
        return .group(found.groupID)
    }

    /// `CidrIp`, `IpProtocol`, `FromPort`, `ToPort`, or `SourceSecurityGroupName`, which opens all traffic.
    private func flat() throws -> [Draft] {
        let cidr = try request.string("CidrIp")
        let source = try request.string("SourceSecurityGroupName")
        let ipProtocol = try request.string("IpProtocol")
        let ports = (try request.integer("FromPort"), try request.integer("ToPort"))
        guard cidr != nil || source != nil else {
            guard ipProtocol == nil, ports == (nil, nil) else {
                throw Fault.missingParameter("The request must contain the parameter CidrIp or SourceSecurityGroupName")
            }
            return []
        }
        if cidr != nil, source != nil {
            throw Fault.invalidParameterCombination("CidrIp and SourceSecurityGroupName cannot be given together.")
        }
        if let source {
            let peer = try group(id: nil, name: source, owner: request.string("SourceSecurityGroupOwnerId"))
            let traffic = try RuleTerms.traffic(ipProtocol ?? "-1", ports.0, ports.1)
            return [draft(traffic, peer)]
        }
        guard let ipProtocol else { throw request.missing("ipProtocol") }
        return [draft(try RuleTerms.traffic(ipProtocol, ports.0, ports.1), try RuleTerms.peer(cidr: cidr ?? "", .ipv4))]
    }

    private func draft(
        _ traffic: (ipProtocol: String, fromPort: Int, toPort: Int), _ peer: SecurityGroupRule.Peer
    ) -> Draft {
        Draft(
            terms: .init(ipProtocol: traffic.ipProtocol, fromPort: traffic.fromPort, toPort: traffic.toPort, peer: peer),
            description: nil)
    }

    private func number(_ value: Parameters, _ name: String) throws -> Int? {
        guard let text = value[name]?.text, !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw Fault.invalidParameterValue("Invalid value '\(text.prefix(32))' for \(name). It must be an integer.")
        }
        return number
    }

    private func checkNames(_ value: Parameters, _ known: Set<String>) throws {
        for name in value.names where !known.contains(name) {
            throw Fault("UnknownParameter", "The parameter \(name.prefix(64)) is not recognized")
        }
    }

    static func noPrefixList(_ id: String) -> Fault {
        Fault(
            "InvalidPrefixListID.NotFound",
            "The prefix list ID '\(id.prefix(64))' does not exist: Martlet has none. Name its blocks.")
    }
}
