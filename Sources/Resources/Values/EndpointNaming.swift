/// How an endpoint is called. Names look like RDS's: `ID.HASH.REGION.rds.DOMAIN`.
public struct EndpointNaming: Sendable, Equatable {
    /// Whether names resolve here (the hosts file is ours to write, or a real domain is configured). Else addresses are given.
    public var usesNames: Bool
    /// Names lead to an address that endpoints share, and resolve by a DNS wildcard of the operator's: none is in the hosts file.
    public var usesDNS: Bool
    /// The hosts file is ours to write.
    public var writesHosts: Bool
    public var account: String
    public var domain: String

    public init(usesNames: Bool, account: String, domain: String, usesDNS: Bool = false, writesHosts: Bool? = nil) {
        self.usesNames = usesNames
        self.usesDNS = usesDNS
        self.writesHosts = writesHosts ?? usesNames
        self.account = account
        self.domain = domain
    }

    /// What `Endpoint.Address` says, given the loopback address of the endpoint.
    public func host(identifier: String, region: String, address: String) -> String {
        usesNames ? name(identifier: identifier, region: region) : address
    }

    public func name(identifier: String, region: String) -> String {
        "\(identifier).\(hash(region: region)).\(region).rds.\(domain)"
    }

    /// The part between identifier and region: the same for all endpoints of one account in one region, as on RDS.
    public func hash(region: String) -> String {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(account)/\(region)".utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        var text = "c"
        for _ in 0..<11 {
            text.append(letters[Int(state % UInt64(letters.count))])
            state = (state / UInt64(letters.count)) ^ (state << 57)
        }
        return text
    }
}
