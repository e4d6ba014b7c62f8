internal import Foundation

/// An IPv4 or IPv6 address, or the 128 (32) bits of one.
public struct IPAddress: Sendable, Equatable, Hashable {
    public enum Family: Sendable, Equatable, Hashable {
        case ipv4, ipv6

        /// Bits of an address.
        public var width: Int { self == .ipv4 ? 32 : 128 }
    }

    public let family: Family
    /// The address as a number, in the low `family.width` bits.
    let bits: UInt128

    init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// Nil unless `text` is a whole address: four numbers (`192.0.2.7`), or IPv6 text (RFC 4291), without zone or brackets.
    ///
    /// An IPv4 address in IPv6 form (`::ffff:192.0.2.7`) is taken for the IPv4 address that it stands for.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(family: .ipv4, bits: UInt128(UInt32(bigEndian: four.s_addr)))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let bits = withUnsafeBytes(of: &six) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
            let isMapped = bits >> 32 == 0xffff
            self.init(family: isMapped ? .ipv4 : .ipv6, bits: isMapped ? bits & 0xffff_ffff : bits)
        } else {
            return nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// As `inet_ntop` writes it.
    public var description: String {
        let bytes = stride(from: family.width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt128($0)) }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = bytes.withUnsafeBytes {
            inet_ntop(family == .ipv4 ? AF_INET : AF_INET6, $0.baseAddress, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
