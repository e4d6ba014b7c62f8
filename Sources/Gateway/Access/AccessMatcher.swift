import Routing

/// Which source addresses a route's security group rules admit. Compiled once for each table; a question costs no allocation.
///
/// As in EC2 the families are apart: `0.0.0.0/0` says nothing about IPv6, nor `::/0` about IPv4.
struct AccessMatcher: Sendable {
    private let ipv4: AddressRanges<UInt32>
    private let ipv6: AddressRanges<UInt128>
    let refusal: Route.Access.Refusal
    /// Blocks that are none, with their rule: they admit nobody.
    let unreadable: [String]

    init(_ access: Route.Access) {
        var four: [ClosedRange<UInt32>] = []
        var six: [ClosedRange<UInt128>] = []
        var unreadable: [String] = []
        for rule in access.rules {
            for text in rule.blocks {
                switch Self.parse(text) {
                case .ipv4(let block): four.append(block)
                case .ipv6(let block): six.append(block)
                case nil: unreadable.append("\(rule.id): \(text)")
                }
            }
        }
        ipv4 = AddressRanges(four)
        ipv6 = AddressRanges(six)
        refusal = access.refusal
        self.unreadable = unreadable
    }

    func admits(_ source: SourceAddress) -> Bool {
        source.isIPv4 ? ipv4.contains(source.ipv4) : ipv6.contains(source.bits)
    }

    enum Block: Equatable {
        case ipv4(ClosedRange<UInt32>)
        case ipv6(ClosedRange<UInt128>)
    }

    /// `10.1.0.0/16`, `::1/128`, or an address alone. Bits beyond the prefix do not count.
    static func parse(_ text: String) -> Block? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let source = SourceAddress(String(parts[0])) else { return nil }
        let isWrittenAsIPv4 = !parts[0].utf8.contains(UInt8(ascii: ":"))
        let width = isWrittenAsIPv4 ? 32 : 128
        guard let prefix = parts.count == 1 ? width : prefixLength(parts[1]), prefix <= width else { return nil }
        if isWrittenAsIPv4 { return .ipv4(AddressRanges.block(source.ipv4, prefix: prefix)) }
        if source.isIPv4, prefix >= 96 { return .ipv4(AddressRanges.block(source.ipv4, prefix: prefix - 96)) }
        return .ipv6(AddressRanges.block(source.bits, prefix: prefix))
    }

    /// One to three digits.
    private static func prefixLength(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
