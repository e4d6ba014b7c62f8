/// The authority that new instances of a region get, where its owner has chosen one (`ModifyCertificates`).
public struct DefaultCertificate: Document {
    public static let kind = "DefaultCertificate"

    public var region: String
    /// `CertificateIdentifier` of the authority.
    public var authority: String

    public var id: String { "default" }
    public var name: String { "default" }

    public init(region: String, authority: String) {
        self.region = region
        self.authority = authority
    }
}
