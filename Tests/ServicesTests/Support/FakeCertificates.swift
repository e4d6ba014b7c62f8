import Foundation
import Resources

/// An installation with two authorities.
struct FakeCertificates: CertificateCatalog {
    let standardAuthority = "rds-ca-rsa2048-g1"
    let authorities = ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1"].map { name in
        CertificateAuthorityInfo(
            identifier: name, thumbprint: String(repeating: "ab", count: 20), validFrom: Fixture.start,
            validTill: Fixture.start.addingTimeInterval(10 * 365 * 86_400))
    }
}
