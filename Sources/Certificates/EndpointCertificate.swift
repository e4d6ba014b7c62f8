internal import Crypto
public import Foundation
internal import SwiftASN1
internal import X509

/// The certificate of an endpoint as it is on disk, beside a key that fits it.
public struct EndpointCertificate: Sendable, Equatable {
    public var certificateFile: String
    public var privateKeyFile: String
    /// SHA-256 of the certificate, in hexadecimal.
    public var fingerprint: String
    public var names: [String]
    public var addresses: [String]
    /// The authority that signed it; nil when none that is here did.
    public var authority: String?
    public var validFrom: Date
    public var validTill: Date

    public init(
        certificateFile: String, privateKeyFile: String, fingerprint: String, names: [String], addresses: [String],
        authority: String?, validFrom: Date, validTill: Date
    ) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.fingerprint = fingerprint
        self.names = names
        self.addresses = addresses
        self.authority = authority
        self.validFrom = validFrom
        self.validTill = validTill
    }

    init(_ certificate: Certificate, certificateFile: String, privateKeyFile: String, authority: String?) throws {
        let alternatives = try certificate.extensions.subjectAlternativeNames ?? SubjectAlternativeNames([])
        self.init(
            certificateFile: certificateFile, privateKeyFile: privateKeyFile,
            fingerprint: SHA256.hash(data: try certificate.der).hexadecimal,
            names: alternatives.compactMap { if case .dnsName(let name) = $0 { name } else { nil } },
            addresses: alternatives.compactMap {
                if case .ipAddress(let bytes) = $0 { IPAddressBytes.text(bytes.bytes) } else { nil }
            },
            authority: authority, validFrom: certificate.notValidBefore, validTill: certificate.notValidAfter)
    }
}
