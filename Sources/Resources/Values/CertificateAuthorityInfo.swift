public import Foundation

/// A certificate authority of this installation, as `DescribeCertificates` shows it.
public struct CertificateAuthorityInfo: Sendable, Equatable {
    /// `CertificateIdentifier`, named as RDS names its own: `rds-ca-rsa2048-g1`.
    public var identifier: String
    /// SHA-1 of the certificate, forty lower-case hexadecimal digits, as RDS gives it.
    public var thumbprint: String
    public var validFrom: Date
    public var validTill: Date

    public init(identifier: String, thumbprint: String, validFrom: Date, validTill: Date) {
        self.identifier = identifier
        self.thumbprint = thumbprint
        self.validFrom = validFrom
        self.validTill = validTill
    }
}

/// The certificate authorities, as the API layer sees them.
public protocol CertificateCatalog: Sendable {
    /// Every authority there is, by identifier.
    var authorities: [CertificateAuthorityInfo] { get }
    /// The one for instances whose owner named none.
    var standardAuthority: String { get }
}
