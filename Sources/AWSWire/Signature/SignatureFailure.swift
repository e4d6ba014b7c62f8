/// Why a request's signature was not accepted. The texts are AWS's own and hold no secrets.
///
/// Sources: "Troubleshoot signed requests" of the IAM User Guide for the texts; "Common Errors" of the RDS, STS and Secrets
/// Manager API references and "Error codes" of the EC2 API reference for codes and statuses.
public enum SignatureFailure: Error, Sendable, Equatable {
    /// The request is not signed at all.
    case missing
    /// The signature lacks a part, or a part cannot be read.
    case incomplete(String)
    /// No access key of that id, or its session token is not the one sent.
    case unknownKey
    /// The scope is wrong, or the signature is not what the request and the secret make.
    case mismatch(String)
    /// The clocks of client and server are more than 15 minutes apart.
    case skewed(String)
    /// A presigned request came after its time.
    case expired(String)

    /// AWS's text for a signature that is not the one computed here.
    public static let wrongSignature = SignatureFailure.mismatch(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
            + "signing method. Consult the service documentation for details.")

    /// The error as a service with that protocol answers it.
    public func fault(for wireProtocol: AWSService.WireProtocol) -> Fault {
        switch wireProtocol {
        case .query: queryFault
        case .ec2: ec2Fault
        case .json11: jsonFault
        }
    }

    private var queryFault: Fault {
        switch self {
        case .missing: Fault("MissingAuthenticationToken", status: 403, "Request is missing Authentication Token")
        case .incomplete(let reason): Fault("IncompleteSignature", status: 400, reason)
        case .unknownKey: Fault("InvalidClientTokenId", status: 403, Self.unknownKeyText)
        case .mismatch(let reason), .skewed(let reason): Fault("SignatureDoesNotMatch", status: 403, reason)
        case .expired(let reason): Fault("RequestExpired", status: 400, reason)
        }
    }

    /// EC2 says `AuthFailure` and one text for all of a wrong key, a wrong signature and a wrong clock; the reason is added here.
    private var ec2Fault: Fault {
        switch self {
        case .missing, .incomplete, .expired: queryFault
        case .unknownKey: Fault("AuthFailure", status: 401, Self.authFailureText)
        case .mismatch(let reason), .skewed(let reason):
            Fault("AuthFailure", status: 401, "\(Self.authFailureText): \(reason)")
        }
    }

    private var jsonFault: Fault {
        switch self {
        case .missing: Fault("MissingAuthenticationTokenException", status: 400, "Request is missing Authentication Token")
        case .incomplete(let reason): Fault("IncompleteSignatureException", status: 400, reason)
        case .unknownKey: Fault("UnrecognizedClientException", status: 400, Self.unknownKeyText)
        case .mismatch(let reason), .skewed(let reason), .expired(let reason):
            Fault("InvalidSignatureException", status: 400, reason)
        }
    }

    private static let unknownKeyText = "The security token included in the request is invalid."
    private static let authFailureText = "AWS was not able to validate the provided access credentials"
}
