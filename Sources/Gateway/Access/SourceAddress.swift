#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a client comes from: 128 bits in network order. IPv4 has the place that IPv6 keeps for it, `::ffff:0:0/96` (RFC 4291,
/// 2.5.5.2), so that an address is the same whichever kind of socket it came in by.
struct SourceAddress: Hashable, Sendable, CustomStringConvertible {
    var bits: UInt128

    /// `::`, which no client has.
    static let none = SourceAddress(bits: 0)
    private static let mappedPrefix: UInt128 = 0xFFFF

    init(bits: UInt128) { self.bits = bits }

    /// From an address in text, IPv4 or IPv6; nil when it is none.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bits = Self.mappedPrefix << 32 | UInt128(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bits = withUnsafeBytes(of: &six) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
        } else {
            return nil
        }
    }

    var isIPv4: Bool { bits >> 32 == Self.mappedPrefix }
    /// The 32 bits of an IPv4 address.
    var ipv4: UInt32 { UInt32(truncatingIfNeeded: bits) }

    var description: String {
        var room = [CChar](repeating: 0, count: 64)
        if isIPv4 {
            var four = in_addr(s_addr: ipv4.bigEndian)
            inet_ntop(AF_INET, &four, &room, socklen_t(room.count))
        } else {
            var six = bits.bigEndian
            inet_ntop(AF_INET6, &six, &room, socklen_t(room.count))
        }
        return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
