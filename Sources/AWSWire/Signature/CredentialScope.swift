/// Whose key, and for which day, region and service it was derived: `KEYID/20150830/us-east-1/rds/aws4_request`.
public struct CredentialScope: Sendable, Equatable, Hashable {
    public var accessKeyID: String
    /// `YYYYMMDD`
    public var day: String
    public var region: String
    /// The signing name of the service: `rds`, `rds-db`, `secretsmanager`.
    public var service: String

    public static let terminator = "aws4_request"

    public init(accessKeyID: String, day: String, region: String, service: String) {
        self.accessKeyID = accessKeyID
        self.day = day
        self.region = region
        self.service = service
    }

    /// Reads the value of `Credential`.
    ///
    /// - Throws: `SignatureFailure`, with AWS's texts.
    public init(_ text: String) throws(SignatureFailure) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0) ?? "" }
        guard parts.count == 5, parts.allSatisfy({ !$0.isEmpty }) else {
            throw .incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '\(text)'")
        }
        guard parts[4] == Self.terminator else {
            throw .mismatch("Credential should be scoped with a valid terminator: 'aws4_request', not '\(parts[4])'.")
        }
        self.init(accessKeyID: parts[0], day: parts[1], region: parts[2], service: parts[3])
    }

    /// Without the key: the third line of the string to sign.
    public var text: String { "\(day)/\(region)/\(service)/\(Self.terminator)" }
}
