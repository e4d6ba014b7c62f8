/// One rule of a security group: traffic that it admits. What no rule admits is refused.
public struct SecurityGroupRule: Codable, Sendable, Equatable {
    public enum Direction: String, Codable, Sendable { case ingress, egress }

    /// Where the traffic comes from (ingress) or goes to (egress).
    public enum Peer: Codable, Sendable, Equatable, Hashable {
        /// A canonical block: `203.0.113.0/24`
        case ipv4(String)
        /// A canonical block: `2001:db8::/32`
        case ipv6(String)
        /// The members of a group, `sg-…`.
        case group(String)
    }

    /// What a rule says. No two rules of a group and direction say the same.
    public struct Terms: Codable, Sendable, Equatable, Hashable {
        /// `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all.
        public var ipProtocol: String
        /// First port of TCP and UDP, type of ICMP; -1 for all.
        public var fromPort: Int
        /// Last port of TCP and UDP, code of ICMP; -1 for all.
        public var toPort: Int
        public var peer: Peer

        public init(ipProtocol: String, fromPort: Int, toPort: Int, peer: Peer) {
            self.ipProtocol = ipProtocol
            self.fromPort = fromPort
            self.toPort = toPort
            self.peer = peer
        }

        /// True for a rule about TCP connections to that port.
        public func covers(tcpPort port: Int) -> Bool {
            switch ipProtocol {
            case "-1": true
            case "tcp": (fromPort...max(fromPort, toPort)).contains(port)
            default: false
            }
        }
    }

    /// `sgr-` and 17 hexadecimal digits.
    public var id: String
    public var direction: Direction
    public var terms: Terms
    public var description: String?
    public var tags: [Tag]

    public init(id: String, direction: Direction, terms: Terms, description: String? = nil, tags: [Tag] = []) {
        self.id = id
        self.direction = direction
        self.terms = terms
        self.description = description
        self.tags = tags
    }
}

extension SecurityGroupRule.Peer {
    /// The block of an address rule; nil for a group's.
    public var block: IPBlock? {
        switch self {
        case .ipv4(let text), .ipv6(let text): IPBlock(text)
        case .group: nil
        }
    }
}
