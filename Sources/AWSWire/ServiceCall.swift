/// The AWS services of one port.
public enum AWSService: String, Sendable, CaseIterable {
    case rds, ec2, sts, secretsmanager, kms

    public enum WireProtocol: Sendable { case query, ec2, json11 }

    public var wireProtocol: WireProtocol {
        switch self {
        case .rds, .sts: .query
        case .ec2: .ec2
        case .secretsmanager, .kms: .json11
        }
    }

    /// The XML namespace of its answers, where it has one (service-2.json of botocore).
    public var xmlNamespace: String? {
        switch self {
        case .rds: "http://rds.amazonaws.com/doc/2014-10-31/"
        case .sts: "https://sts.amazonaws.com/doc/2011-06-15/"
        case .ec2: "http://ec2.amazonaws.com/doc/2016-11-15/"
        case .secretsmanager, .kms: nil
        }
    }
}

/// A request whose signature has been verified.
public struct ServiceCall: Sendable, Equatable {
    public var service: AWSService
    /// `CreateDBInstance`
    public var action: String
    public var parameters: Parameters
    /// The region of the signature's scope.
    public var region: String
    public var accessKeyID: String
    public var requestID: String

    public init(
        service: AWSService, action: String, parameters: Parameters, region: String, accessKeyID: String, requestID: String
    ) {
        self.service = service
        self.action = action
        self.parameters = parameters
        self.region = region
        self.accessKeyID = accessKeyID
        self.requestID = requestID
    }
}
