/// The addresses that endpoints are given: a CIDR block inside 127.0.0.0/8.
public struct LoopbackRange: Sendable, Equatable, CustomStringConvertible {
    public var base: UInt32
    public var prefix: Int

    /// Nil unless `text` is a block inside 127.0.0.0/8, at least a /30, that leaves 127.0.0.0/24 to the system.
    public init?(_ text: String) {
        let parts = text.split(separator: "/").map(String.init)
        let bytes = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 2, let prefix = Int(parts[1]), (9...30).contains(prefix), bytes.count == 4,
            bytes.allSatisfy({ $0 != nil })
        else { return nil }
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1 ?? 0) }
        guard address >> 24 == 127, address >> 8 != 0x7f0000 else { return nil }
        self.base = address & ~((1 << (32 - UInt32(prefix))) - 1)
        self.prefix = prefix
    }

    /// A /16 of its own for each data directory, so that two servers on one machine rarely meet.
    public init(forDirectory path: String) {
        let hash = path.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        base = 0x7f00_0000 | (1 + hash % 254) << 16
        prefix = 16
    }

    /// How many addresses an endpoint can have: all but the first and the last.
    public var count: Int { (1 << (32 - prefix)) - 2 }

    /// The `index`th address, `0 ..< count`, as text.
    public func address(_ index: Int) -> String {
        let address = base + 1 + UInt32(index % count)
        return [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xff) }.joined(separator: ".")
    }

    /// Candidates in the order in which to try them: from a place that belongs to the resource, round once, at most `limit`.
    public func candidates(for id: String, limit: Int = 4096) -> some Sequence<String> & Sendable {
        let start = Int(id.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }) % count
        return (0..<min(count, limit)).map { self.address((start + $0) % count) }
    }

    public var description: String {
        [24, 16, 8, 0].map { String(base >> UInt32($0) & 0xff) }.joined(separator: ".") + "/\(prefix)"
    }
}
