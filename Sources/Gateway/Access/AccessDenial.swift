/// What a client is told whom no security group admits: which groups, which address, and the command that would admit it.
struct AccessDenial: Equatable {
    var groups: [String]
    /// The client's numeric address.
    var host: String
    /// The endpoint's name and port.
    var endpoint: String
    var port: Int
    var region: String
    var rules: Int

    private var isIPv6: Bool { host.utf8.contains(UInt8(ascii: ":")) }

    var message: String {
        let which = groups.isEmpty ? "no security group" : groups.joined(separator: ", ")
        let what = groups.isEmpty ? "no security group is attached" : "no inbound rule admits it"
        return "connection from \(host) to port \(port) refused by security group \(which): \(what)"
    }

    var detail: String {
        "\(endpoint) has \(groups.count == 1 ? "the security group" : "the security groups") \(groups.joined(separator: ", ")) "
            + "with \(rules) inbound \(rules == 1 ? "rule" : "rules") for port \(port); none of them covers \(host)."
    }

    var hint: String { "To admit this address: \(command)" }

    /// `--cidr` is for IPv4; IPv6 needs the long form (AWS CLI reference, `authorize-security-group-ingress`).
    var command: String {
        let source =
            isIPv6
            ? "--ip-permissions 'IpProtocol=tcp,FromPort=\(port),ToPort=\(port),Ipv6Ranges=[{CidrIpv6=\(host)/128}]'"
            : "--protocol tcp --port \(port) --cidr \(host)/32"
        return "aws ec2 authorize-security-group-ingress --group-id \(groups.first ?? "GROUP") \(source) --region \(region)"
    }
}
