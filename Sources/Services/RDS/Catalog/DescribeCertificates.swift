internal import AWSWire
internal import Resources

/// The certificate authorities of this installation.
enum DescribeCertificates: Operation {
    static let action = "DescribeCertificates"
    static let note = "Their certificates: `martlet ca`, or `GET /ca.pem`."
    static let parameters: [ParameterRule] = [.works("CertificateIdentifier"), .noFilters] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let name = try request.string("CertificateIdentifier").map { try request.certificateAuthority($0) }
        let all = request.context.certificates.authorities.sorted { $0.identifier < $1.identifier }
        let page = try Paging.page(
            all.filter { name == nil || $0.identifier == name }, after: request.string("Marker"), limit: limit,
            key: \.identifier)
        let list = XMLNode.element("Certificates", page.items.map { CertificateXML.node($0, request) })
        return .xml(
            [.text("DefaultCertificateForNewLaunches", request.defaultCertificateAuthority), list] + page.markerNodes())
    }
}
