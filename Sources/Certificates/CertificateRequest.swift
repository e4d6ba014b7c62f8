public import Foundation
internal import SwiftASN1
internal import X509

/// What the certificate of an endpoint should say.
public struct CertificateRequest: Sendable, Equatable {
    /// DNS names, the one shown to users first.
    public var names: [String]
    /// IPv4 or IPv6 addresses.
    public var addresses: [String]
    /// The authority that is to sign it.
    public var authority: String
    /// When that authority ends: no certificate of it lasts longer.
    public var authorityEnd: Date

    public init(names: [String], addresses: [String], authority: String, authorityEnd: Date) {
        self.names = names
        self.addresses = addresses
        self.authority = authority
        self.authorityEnd = authorityEnd
    }

    /// A common name has 64 characters at most (RFC 5280, ub-common-name); clients look at the alternative names.
    var commonName: String {
        let name = names.first ?? addresses.first ?? "localhost"
        return name.utf8.count <= 64 ? name : String(name.prefix { $0 != "." }.prefix(64))
    }

    /// - Throws: `CertificateError.system` for an address that is none.
    func subjectAlternativeNames() throws -> [GeneralName] {
        try names.map(GeneralName.dnsName)
            + addresses.map { address in
                guard let bytes = IPAddressBytes.of(address) else {
                    throw CertificateError.system(what: "certify \(address)", reason: "it is not an IP address")
                }
                return .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
            }
    }
}

/// Addresses as certificates carry them: four or sixteen bytes.
enum IPAddressBytes {
    static func of(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: &sixteen) { Array($0) } }
        return nil
    }

    static func text(_ bytes: some Collection<UInt8>) -> String? {
        let family = bytes.count == 4 ? AF_INET : bytes.count == 16 ? AF_INET6 : nil
        guard let family else { return nil }
        var buffer = [CChar](repeating: 0, count: 64)
        let source = Array(bytes)
        guard inet_ntop(family, source, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
