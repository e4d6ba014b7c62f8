internal import Foundation
internal import Resources

/// What `martlet sg allow-me` does, through the AWS API.
struct Admission {
    let client: ControlPlaneClient
    let port: Int?
    let address: IPAddress?
    /// The instance whose endpoint is asked about; nil for any that has the group.
    let instance: String?

    /// An endpoint as `DescribeDBInstances` names it.
    private struct Endpoint {
        var identifier: String
        var host: String
        var port: Int
    }

    /// Adds a rule for this address. Answers with what has been done.
    func authorize(group: String) async throws -> String {
        let id = try await groupID(group)
        let endpoint = try await endpoint(of: id)
        let source = try source(towards: endpoint)
        let port = port ?? endpoint?.port ?? 5432
        let ranges = source.family == .ipv4 ? "IpRanges.1.CidrIp" : "Ipv6Ranges.1.CidrIpv6"
        let description = source.family == .ipv4 ? "IpRanges.1.Description" : "Ipv6Ranges.1.Description"
        do {
            let answer = try await client.ec2(
                "AuthorizeSecurityGroupIngress",
                [
                    ("GroupId", id), ("IpPermissions.1.IpProtocol", "tcp"), ("IpPermissions.1.FromPort", "\(port)"),
                    ("IpPermissions.1.ToPort", "\(port)"), ("IpPermissions.1.\(ranges)", IPBlock(source).description),
                    ("IpPermissions.1.\(description)", "martlet sg allow-me"),
                ])
            let rule = answer["securityGroupRuleSet"]?["item"]?.text("securityGroupRuleId") ?? ""
            return "\(IPBlock(source)) may connect to port \(port) of \(id): rule \(rule)"
        } catch let refusal as AWSClient.Refused where refusal.code == "InvalidPermission.Duplicate" {
            return "\(IPBlock(source)) may connect to port \(port) of \(id) already"
        }
    }

    /// Points a rule at this address.
    func repoint(rule id: String) async throws -> String {
        let found = try await client.ec2("DescribeSecurityGroupRules", [("SecurityGroupRuleId.1", id)])
        guard let rule = found["securityGroupRuleSet"]?["item"], let group = rule.text("groupId") else {
            throw InstallationError("there is no rule \(id)")
        }
        guard rule.text("isEgress") == "false" else { throw InstallationError("\(id) is an egress rule: it admits nobody") }
        let source = try await source(towards: endpoint(of: group))
        let block = IPBlock(source).description
        let member = source.family == .ipv4 ? "CidrIpv4" : "CidrIpv6"
        guard rule.text(source.family == .ipv4 ? "cidrIpv4" : "cidrIpv6") != nil else {
            throw InstallationError(
                "\(id) is not a rule about addresses of this kind, and a rule stays of its type; your address is \(source)")
        }
        let prefix = "SecurityGroupRule.1.SecurityGroupRule."
        var parameters = [
            ("GroupId", group), ("SecurityGroupRule.1.SecurityGroupRuleId", id),
            (prefix + "IpProtocol", rule.text("ipProtocol") ?? "tcp"), (prefix + member, block),
        ]
        for (name, former) in [("FromPort", rule.text("fromPort")), ("ToPort", rule.text("toPort"))] {
            if let number = port.map(String.init) ?? former { parameters.append((prefix + name, number)) }
        }
        if let description = rule.text("description") { parameters.append((prefix + "Description", description)) }
        _ = try await client.ec2("ModifySecurityGroupRules", parameters)
        return "rule \(id) of \(group) admits \(block)"
    }

    private func groupID(_ text: String) async throws -> String {
        let filter = text.hasPrefix("sg-") ? ("GroupId.1", text) : ("GroupName.1", text)
        let answer = try await client.ec2("DescribeSecurityGroups", [filter])
        guard let id = answer["securityGroupInfo"]?["item"]?.text("groupId") else {
            throw InstallationError("there is no security group \(text) in \(client.region)")
        }
        return id
    }

    /// An endpoint behind the group; nil when no instance has it.
    private func endpoint(of group: String) async throws -> Endpoint? {
        let parameters = instance.map { [("DBInstanceIdentifier", $0)] } ?? []
        let answer = try await client.rds("DescribeDBInstances", parameters)
        return answer["DBInstances"]?.children.lazy.compactMap { node -> Endpoint? in
            let groups = node["VpcSecurityGroups"]?.children.compactMap { $0.text("VpcSecurityGroupId") } ?? []
            guard instance != nil || groups.contains(group), let identifier = node.text("DBInstanceIdentifier"),
                let host = node.text("Endpoint.Address"), let port = node.text("Endpoint.Port").flatMap({ Int($0) })
            else { return nil }
            return Endpoint(identifier: identifier, host: host, port: port)
        }.first
    }

    private func source(towards endpoint: Endpoint?) throws -> IPAddress {
        if let address { return address }
        guard let endpoint else {
            throw InstallationError(
                "no DB instance with an endpoint has the group, so nothing can see your address: give --address or --instance"
            )
        }
        guard let target = Sockets.addresses(of: endpoint.host).first,
            let source = Sockets.source(towards: target, port: endpoint.port)
        else { throw InstallationError("there is no way from here to \(endpoint.host):\(endpoint.port): give --address") }
        return source
    }
}
