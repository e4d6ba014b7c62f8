internal import AWSWire
internal import Resources

/// `<Certificate>`, and which authority new instances get.
enum CertificateXML {
    static func node(_ authority: CertificateAuthorityInfo, _ request: Request) -> XMLNode {
        let isOverride = request.certificateOverride == authority.identifier
        let arn = ARN(service: "rds", region: request.region, account: "", resource: "cert:\(authority.identifier)")
        let override: [XMLNode] = isOverride ? [.text("CustomerOverrideValidTill", Timestamp.text(authority.validTill))] : []
        return .element(
            "Certificate",
            [
                .text("CertificateIdentifier", authority.identifier), .text("CertificateType", "CA"),
                .text("Thumbprint", authority.thumbprint), .text("ValidFrom", Timestamp.text(authority.validFrom)),
                .text("ValidTill", Timestamp.text(authority.validTill)), .text("CertificateArn", arn.description),
                .text("CustomerOverride", isOverride),
            ] + override)
    }
}

extension Request {
    /// - Throws: `RDSFault.certificateNotFound` unless there is an authority of that name.
    func certificateAuthority(_ name: String) throws -> String {
        guard hasAuthority(name) else { throw RDSFault.certificateNotFound(quoted(name)) }
        return name
    }

    /// What the region's owner has chosen for new instances, if they have, and it still exists.
    var certificateOverride: String? {
        let chosen = context.store.get(DefaultCertificate.self, region: region, id: "default")?.authority
        return chosen.flatMap { hasAuthority($0) ? $0 : nil }
    }

    private func hasAuthority(_ name: String) -> Bool {
        context.certificates.authorities.contains { $0.identifier == name }
    }

    var defaultCertificateAuthority: String { certificateOverride ?? context.certificates.standardAuthority }
}
