internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Resources
internal import SwiftASN1
internal import X509

/// An authority with its key: signs the certificates of endpoints.
struct CertificateAuthority: Sendable {
    /// How long an authority is good for.
    static let lifetime = TimeInterval(10 * 365 * 86_400)
    /// Certificates are good from a little before they were made, for clients whose clocks are behind.
    static let clockAllowance: TimeInterval = 3600

    let identifier: String
    let certificate: Certificate
    let key: Certificate.PrivateKey

    /// Makes a new one.
    ///
    /// - Parameter owner: tells the authorities of two installations apart, in the subject.
    static func make(_ kind: AuthorityKind, generation: Int, owner: String, now: Date) throws -> CertificateAuthority {
        let identifier = kind.identifier(generation: generation)
        let key = try privateKey(kind)
        let name = try DistinguishedName {
            CommonName("Martlet \(identifier)")
            OrganizationName("Martlet")
            OrganizationalUnitName(String(owner.prefix(64)))
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: now - clockAllowance, notValidAfter: now + lifetime, issuer: name, subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key)
        return CertificateAuthority(identifier: identifier, certificate: certificate, key: key)
    }

    private static func privateKey(_ kind: AuthorityKind) throws -> Certificate.PrivateKey {
        switch kind {
        case .rsa2048: Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
        case .ecc384: Certificate.PrivateKey(P384.Signing.PrivateKey())
        }
    }

    /// Signs a certificate for a server; it never outlives the authority.
    func issue(_ request: CertificateRequest, key subject: Certificate.PublicKey, now: Date) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: subject,
            notValidBefore: max(now - Self.clockAllowance, certificate.notValidBefore),
            notValidAfter: CertificateDecision.end(of: now, authorityEnd: certificate.notValidAfter),
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(request.commonName) },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(try request.subjectAlternativeNames())
                SubjectKeyIdentifier(hash: subject)
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
            },
            issuerPrivateKey: key)
    }

    /// True when this authority signed the certificate.
    func hasSigned(_ other: Certificate) -> Bool {
        other.issuer == certificate.subject && certificate.publicKey.isValidSignature(other.signature, for: other)
    }

    var info: CertificateAuthorityInfo {
        get throws {
            CertificateAuthorityInfo(
                identifier: identifier, thumbprint: Insecure.SHA1.hash(data: try certificate.der).hexadecimal,
                validFrom: certificate.notValidBefore, validTill: certificate.notValidAfter)
        }
    }

    // MARK: Files

    func write(to directory: String) throws {
        try CertificateFiles.write(try key.serializeAsPEM().pemString + "\n", to: "\(directory)/key.pem")
        try CertificateFiles.write(try certificate.serializeAsPEM().pemString + "\n", to: "\(directory)/cert.pem")
    }

    static func read(_ identifier: String, from directory: String) throws -> CertificateAuthority {
        do {
            let certificate = try Certificate(pemEncoded: String(contentsOfFile: "\(directory)/cert.pem", encoding: .utf8))
            let key = try Certificate.PrivateKey(
                pemEncoded: String(contentsOfFile: "\(directory)/key.pem", encoding: .utf8))
            guard key.publicKey == certificate.publicKey else {
                throw CertificateError.damaged(path: directory, reason: "the key is not that of the certificate")
            }
            return CertificateAuthority(identifier: identifier, certificate: certificate, key: key)
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError.damaged(path: directory, reason: "\(error)")
        }
    }
}

extension Certificate {
    var der: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(self)
            return serializer.serializedBytes
        }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits for each byte.
    var hexadecimal: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
