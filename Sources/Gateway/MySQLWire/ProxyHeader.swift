/// The header of the PROXY protocol, version 2 (HAProxy's `doc/proxy-protocol.txt`), which tells a server whose connection it is.
///
/// MariaDB takes it from Unix sockets with `proxy_protocol_networks=localhost`, before the client's first packet. Accounts are
/// then matched against the client's address, and `SHOW PROCESSLIST` tells it. (With `skip_name_resolve` those of `localhost`
/// match all the same.)
enum ProxyHeader {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// The destination is left empty: nobody asks for it.
    static func bytes(_ source: SourceAddress, port: UInt16) -> [UInt8] {
        let ports = [UInt8(truncatingIfNeeded: port >> 8), UInt8(truncatingIfNeeded: port), 0, 0]
        let whole = withUnsafeBytes(of: source.bits.bigEndian) { Array($0) }
        let address = source.isIPv4 ? Array(whole.suffix(4)) : whole
        let body = address + [UInt8](repeating: 0, count: address.count) + ports
        // Version 2, PROXY; a stream over IPv4 or IPv6.
        return signature + [0x21, source.isIPv4 ? 0x11 : 0x21, 0, UInt8(body.count)] + body
    }
}
