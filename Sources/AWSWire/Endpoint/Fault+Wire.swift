extension Fault {
    /// The answer to an action that the service does not have, in the service's own words.
    public static func invalidAction(_ action: String, service: AWSService) -> Fault {
        switch service.wireProtocol {
        case .query: invalidAction(action, version: service.version)
        case .ec2: Fault("InvalidAction", status: 400, "The action \(action) is not valid for this web service.")
        case .json11:
            Fault("UnknownOperationException", status: 400, "Could not find operation \(action) for \(service.rawValue).")
        }
    }

    static func invalidAction(_ action: String, version: String) -> Fault {
        Fault("InvalidAction", status: 400, "Could not find operation \(action) for version \(version)")
    }

    /// An error that is ours, told without any of its insides ("Common Errors" of each API reference).
    public static func internalFailure(_ service: AWSService) -> Fault { internalFailure(service.wireProtocol) }

    static func internalFailure(_ wireProtocol: AWSService.WireProtocol) -> Fault {
        let message = "The request processing has failed because of an unknown error, exception or failure."
        return switch wireProtocol {
        case .query: Fault("InternalFailure", status: 500, message)
        case .ec2: Fault("InternalError", status: 500, message)
        case .json11: Fault("InternalServiceError", status: 500, message)
        }
    }
}

extension AWSService {
    /// Bytes of a request's body, where it is less than the wire's own limit.
    var bodyBytes: Int? {
        // No request is larger: 32 KB of policy (KMS developer guide, "Quotas"), and little beside it.
        self == .kms ? 64 << 10 : nil
    }

    /// What its model calls the text of an error: Secrets Manager has a capital letter there (service-2.json of botocore).
    var errorTextMember: String { self == .secretsmanager ? "Message" : "message" }

    /// `Version` of its requests: `apiVersion` of botocore's service-2.json.
    public var version: String {
        switch self {
        case .rds: "2014-10-31"
        case .sts: "2011-06-15"
        case .ec2: "2016-11-15"
        case .secretsmanager: "2017-10-17"
        case .kms: "2014-11-01"
        }
    }

    /// What comes before the dot in `X-Amz-Target`: `targetPrefix` of botocore's service-2.json.
    public var targetPrefix: String? {
        switch self {
        case .rds, .ec2, .sts: nil
        case .secretsmanager: "secretsmanager"
        case .kms: "TrentService"
        }
    }
}
