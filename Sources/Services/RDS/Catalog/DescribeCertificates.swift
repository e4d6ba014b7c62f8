internal import AWSWire

/// The certificate authorities: none, as there is no TLS yet.
enum DescribeCertificates: Operation {
    static let action = "DescribeCertificates"
    static let note = "Answers an empty list until TLS lands with the front door issue: there is no authority to name."
    static let parameters: [ParameterRule] = [.works("CertificateIdentifier"), .noFilters] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        _ = try Paging.limit(request)
        _ = try Paging.page([String](), after: request.string("Marker"), limit: 100)
        if let name = try request.string("CertificateIdentifier") {
            throw RDSFault.certificateNotFound(request.quoted(name))
        }
        return .xml([.element("Certificates", [])])
    }
}
