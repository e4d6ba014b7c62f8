/// A CIDR block, in canonical form: bits beyond the prefix are zero.
public struct IPBlock: Sendable, Equatable, Hashable {
    public let first: IPAddress
    /// Bits that all its addresses share: 0–32 or 0–128.
    public let prefix: Int

    public var family: IPAddress.Family { first.family }

    /// Nil unless `text` is `ADDRESS/BITS`. Host bits are cleared, as EC2 does for the rules of security groups.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1]),
            let address = IPAddress(String(parts[0]))
        else { return nil }
        // A mapped address with a prefix of IPv6 would be a block of which family?
        guard prefix <= address.family.width, address.family == .ipv6 || !parts[0].contains(":") else { return nil }
        self.init(containing: address, prefix: prefix)
    }

    /// The block of one address.
    public init(_ address: IPAddress) { self.init(containing: address, prefix: address.family.width) }

    private init(containing address: IPAddress, prefix: Int) {
        first = IPAddress(family: address.family, bits: address.bits & Self.mask(prefix, address.family))
        self.prefix = prefix
    }

    private static func mask(_ prefix: Int, _ family: IPAddress.Family) -> UInt128 {
        let all = family == .ipv4 ? UInt128(UInt32.max) : UInt128.max
        return prefix == 0 ? 0 : all & ~((UInt128(1) << UInt128(family.width - prefix)) &- 1)
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && address.bits & Self.mask(prefix, family) == first.bits
    }

    public func contains(_ other: IPBlock) -> Bool { other.prefix >= prefix && contains(other.first) }

    /// `0.0.0.0/0` or `::/0`.
    public var isEverywhere: Bool { prefix == 0 }
}

extension IPBlock: CustomStringConvertible {
    public var description: String { "\(first)/\(prefix)" }
}
