internal import Crypto
public import Resources

/// The default security group of a region, as long as nobody has changed it: derived like the rest of `DefaultVPC`.
///
/// Its members may connect to each other, as on AWS. The two rules about loopback are Martlet's own: with them an instance that
/// was created without a word about security groups can be used from its own machine. Revoke them to have AWS's default.
public enum DefaultSecurityGroup {
    public static func group(account: String, region: String) -> SecurityGroup {
        group(DefaultVPC(account: account, region: region))
    }

    static func group(_ network: DefaultVPC) -> SecurityGroup {
        let id = network.securityGroupID
        func rule(
            _ direction: SecurityGroupRule.Direction, _ peer: SecurityGroupRule.Peer, _ description: String? = nil
        ) -> SecurityGroupRule {
            SecurityGroupRule(
                id: ruleID(of: id, "\(direction.rawValue) \(peer)"), direction: direction,
                terms: .init(ipProtocol: "-1", fromPort: -1, toPort: -1, peer: peer), description: description)
        }
        return SecurityGroup(
            region: network.region, groupID: id, groupName: DefaultVPC.securityGroupName,
            description: "default VPC security group", vpcID: network.vpcID,
            rules: [
                rule(.ingress, .group(id)),
                rule(.ingress, .ipv4("127.0.0.0/8"), "Martlet: this machine, by IPv4 loopback. Revoke it if unwanted."),
                rule(.ingress, .ipv6("::1/128"), "Martlet: this machine, by IPv6 loopback. Revoke it if unwanted."),
                rule(.egress, .ipv4("0.0.0.0/0")),
            ], tags: [])
    }

    private static func ruleID(of group: String, _ what: String) -> String {
        let digest = SHA256.hash(data: Array("\(group)/\(what)".utf8))
        return "sgr-" + digest.flatMap { [$0 >> 4, $0 & 0xf] }.prefix(17).map { String($0, radix: 16) }.joined()
    }
}
