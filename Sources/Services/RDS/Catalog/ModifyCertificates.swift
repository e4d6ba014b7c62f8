internal import AWSWire
internal import Resources

/// Chooses the authority that certifies new instances of the region.
enum ModifyCertificates: Operation {
    static let action = "ModifyCertificates"
    static let parameters: [ParameterRule] = [
        .works("CertificateIdentifier", "For new instances. Those that exist keep theirs."),
        .works("RemoveCustomerOverride", "New instances get the standard authority again."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let name = try request.string("CertificateIdentifier").map { try request.certificateAuthority($0) }
        let removes = try request.boolean("RemoveCustomerOverride") ?? false
        guard (name != nil) != removes else {
            throw Fault.invalidParameterCombination("Specify either CertificateIdentifier or RemoveCustomerOverride.")
        }
        let former = request.defaultCertificateAuthority
        try await request.context.store.write { [region = request.region] transaction in
            guard let name else { return try transaction.delete(DefaultCertificate.self, region: region, id: "default") }
            if transaction.get(DefaultCertificate.self, region: region, id: "default") == nil {
                try transaction.insert(DefaultCertificate(region: region, authority: name))
            } else {
                try transaction.update(DefaultCertificate.self, region: region, id: "default") { $0.authority = name }
            }
        }
        // The answer is the one concerned: the one chosen, or the one that is chosen no more.
        let shown = request.context.certificates.authorities.first { $0.identifier == name ?? former }
        return .xml(shown.map { [CertificateXML.node($0, request)] } ?? [])
    }
}
