internal import Certificates
internal import Foundation
internal import Resources
internal import Routing

/// The addresses that endpoints share, and the certificate for clients that name no endpoint.
struct SharedListeners {
    private let plane: ControlPlane
    private let addresses: [ListenAddress]

    init(_ plane: ControlPlane, _ addresses: [ListenAddress]) {
        self.plane = plane
        self.addresses = addresses
    }

    /// The certificate is made anew at every start, so that its year begins then.
    func make(now: Date) throws -> [SharedListener] {
        guard !addresses.isEmpty else { return [] }
        let authority = plane.authorities.standardAuthority
        let end = plane.authorities.authorities.first { $0.identifier == authority }?.validTill ?? .distantFuture
        let hosts = addresses.map(\.host).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let made = try EndpointCertificates(directory: plane.directory.ownCertificates, authorities: plane.authorities).issue(
            "gateway",
            CertificateRequest(names: [plane.installation.domain], addresses: hosts, authority: authority, authorityEnd: end),
            now: now)
        let tls = Route.TLS(
            certificateFile: made.certificateFile, privateKeyFile: made.privateKeyFile, fingerprint: made.fingerprint,
            isRequired: true)
        return addresses.map { SharedListener(address: $0.host, port: $0.port, tls: tls) }
    }
}
