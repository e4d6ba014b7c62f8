public import Certificates
internal import Foundation
public import Keys
public import Resources
public import Routing

/// What endpoints show of themselves, and whom they believe: certificates, access keys, managed passwords.
public struct EndpointIdentity: Sendable {
    let authorities: CertificateAuthorities
    let certificates: EndpointCertificates
    /// `DIR/gateway/access-keys.json`
    let accessKeysFile: String
    /// How login events come from the gateway, and where it is noted how far they have been read.
    let gateway: GatewayControlClient
    let loginCursorFile: String
    let rotation: RotationSchedule
    /// Seals managed passwords.
    let keys: KeyRing
    /// A new password for an engine, as its name.
    let freshCredential: @Sendable (_ engine: String) throws -> FreshCredential

    public init(
        authorities: CertificateAuthorities, certificates: EndpointCertificates, accessKeysFile: String,
        gateway: GatewayControlClient, loginCursorFile: String, rotation: RotationSchedule, keys: KeyRing,
        freshCredential: @escaping @Sendable (_ engine: String) throws -> FreshCredential
    ) {
        self.authorities = authorities
        self.certificates = certificates
        self.accessKeysFile = accessKeysFile
        self.gateway = gateway
        self.loginCursorFile = loginCursorFile
        self.rotation = rotation
        self.keys = keys
        self.freshCredential = freshCredential
    }

    /// - Parameter authority: the one wanted; nil for the standard one.
    func request(names: [String], address: String, authority: String?) -> CertificateRequest {
        let name = authority ?? authorities.standardAuthority
        let end = authorities.authorities.first { $0.identifier == name }?.validTill
        return CertificateRequest(names: names, addresses: [address], authority: name, authorityEnd: end ?? .distantFuture)
    }

    func tls(_ certificate: EndpointCertificate, isRequired: Bool) -> Route.TLS {
        Route.TLS(
            certificateFile: certificate.certificateFile, privateKeyFile: certificate.privateKeyFile,
            fingerprint: certificate.fingerprint, isRequired: isRequired)
    }

    func iam(region: String, port: Int, hosts: [String], wordFile: String?) -> Route.IAM {
        Route.IAM(region: region, hosts: hosts, port: port, accessKeysFile: accessKeysFile, wordFile: wordFile)
    }
}
