public import Resources
public import Routing

extension Route.Access {
    /// The rule that admits an address, the first of several; nil when none does. The same decision as the gateway's.
    public func rule(admitting address: IPAddress) -> Rule? {
        rules.first { rule in rule.blocks.contains { IPBlock($0)?.contains(address) == true } }
    }

    /// The command that would admit an address to a port.
    public func commandThatAdmits(_ address: IPAddress, port: Int) -> String {
        let group = groups.first ?? "GROUP"
        let head = "aws ec2 authorize-security-group-ingress --region \(region) --group-id \(group)"
        guard address.family == .ipv6 else { return "\(head) --protocol tcp --port \(port) --cidr \(IPBlock(address))" }
        let range = "Ipv6Ranges=[{CidrIpv6=\(IPBlock(address))}]"
        return "\(head) --ip-permissions 'IpProtocol=tcp,FromPort=\(port),ToPort=\(port),\(range)'"
    }
}
