internal import AWSWire
internal import Resources

/// What EC2 takes for a protocol, a port range, a block and a description.
enum RuleTerms {
    private static let names = ["1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"]
    private static let known: Set<String> = ["tcp", "udp", "icmp", "icmpv6", "-1"]

    /// Protocol and ports as EC2 keeps them: names for the protocols that have one here, -1 for ports that do not matter.
    static func traffic(
        _ ipProtocol: String, _ from: Int?, _ to: Int?
    ) throws -> (ipProtocol: String, fromPort: Int, toPort: Int) {
        let name = names[ipProtocol.lowercased()] ?? ipProtocol.lowercased()
        switch name {
        case "tcp", "udp":
            let ports = try portRange(from, to)
            return (name, ports.lowerBound, ports.upperBound)
        case "icmp", "icmpv6":
            for number in [from, to].compactMap(\.self) where !(-1...255).contains(number) {
                throw Fault.invalidParameterValue("ICMP type or code (\(number)) out of range")
            }
            return (name, from ?? -1, to ?? -1)
        case "-1": return (name, -1, -1)
        default:
            guard let number = Int(name), (0...255).contains(number) else {
                throw Fault.invalidParameterValue(
                    "Invalid value '\(ipProtocol.prefix(32))' for IP protocol. Unknown protocol.")
            }
            return (String(number), -1, -1)
        }
    }

    private static func portRange(_ from: Int?, _ to: Int?) throws -> ClosedRange<Int> {
        guard let from, let to else {
            throw Fault.invalidParameterValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
        }
        for port in [from, to] where !(0...65_535).contains(port) {
            throw Fault.invalidParameterValue("TCP/UDP port (\(port)) out of range")
        }
        guard from <= to else { throw Fault.invalidParameterValue("Invalid TCP/UDP port range (\(from):\(to))") }
        return from...to
    }

    /// A block with its host bits cleared, as EC2 keeps it.
    static func peer(cidr text: String, _ family: IPAddress.Family) throws -> SecurityGroupRule.Peer {
        guard let block = IPBlock(text), block.family == family else {
            let example = family == .ipv4 ? "IPv4, as in 203.0.113.0/24" : "IPv6, as in 2001:db8::/64"
            throw Fault.invalidParameterValue("CIDR block \(text.prefix(64)) is malformed: \(example)")
        }
        return family == .ipv4 ? .ipv4(block.description) : .ipv6(block.description)
    }

    /// Nil for an empty one.
    static func description(_ text: String?) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.count <= 255, text.unicodeScalars.allSatisfy(GroupText.isAllowed) else {
            throw Fault.invalidParameterValue(
                "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: "
                    + " a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
        }
        return text
    }
}

/// The characters of names and descriptions (botocore, CreateSecurityGroup).
enum GroupText {
    private static let punctuation = Set(" ._-:/()#,@[]+=&;{}!$*".unicodeScalars)

    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value)) || punctuation.contains(scalar)
    }

    static func check(_ text: String, _ parameter: String) throws -> String {
        guard text.count <= 255, text.unicodeScalars.allSatisfy(isAllowed) else {
            throw Fault.invalidParameterValue(
                "Value (\(text.prefix(64))) for parameter \(parameter) is invalid. It may have up to 255 characters of the set "
                    + "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*")
        }
        return text
    }
}

extension SecurityGroupRule.Terms {
    /// `peer: 203.0.113.0/24, TCP, from port: 22, to port: 22, ALLOW`, as EC2 names a rule in its errors.
    var inWords: String {
        let name = ipProtocol == "-1" ? "ALL" : ipProtocol.uppercased()
        let ports = ipProtocol == "tcp" || ipProtocol == "udp" ? ", from port: \(fromPort), to port: \(toPort)" : ""
        return "peer: \(peer.text), \(name)\(ports), ALLOW"
    }
}

extension SecurityGroupRule.Peer {
    /// The block, or the group's id.
    var text: String {
        switch self {
        case .ipv4(let text), .ipv6(let text), .group(let text): text
        }
    }
}
