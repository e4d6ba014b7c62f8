import AWSWire

/// Why a login with IAM database authentication failed. The client hears none of this; the log and the event do. No text holds
/// anything of the token.
enum IAMFailure: Error, Equatable, CustomStringConvertible {
    /// The password is no presigned URL.
    case notAToken
    case otherHost
    case otherPort
    case otherAction
    case otherUser
    case otherService
    case otherRegion
    case otherHeaders
    case livesTooLong
    case signature(SignatureFailure)
    /// The server lets the role in without a password, but IAM database authentication is off.
    case notEnabled
    case notEncrypted
    /// The server would not believe the gateway: they share no word.
    case noWord

    var description: String {
        switch self {
        case .notAToken: "the password is not a login token"
        case .otherHost: "the token is for another host"
        case .otherPort: "the token is for another port"
        case .otherAction: "the token's action is not connect"
        case .otherUser: "the token is for another user"
        case .otherService: "the token is not signed for the service rds-db"
        case .otherRegion: "the token is for another region"
        case .otherHeaders: "the token signs other headers than host"
        case .livesTooLong: "the token lives longer than 15 minutes"
        case .signature(let failure): Self.words(failure)
        case .notEnabled: "the role logs in with a token, but IAM database authentication is not enabled"
        case .notEncrypted: "a token is taken over TLS only"
        case .noWord: "the gateway has no word that the server would believe"
        }
    }

    private static func words(_ failure: SignatureFailure) -> String {
        switch failure {
        case .missing, .incomplete: "the token's signature is incomplete"
        case .unknownKey: "the token's access key is not known"
        case .mismatch: "the token's signature does not match"
        case .skewed: "the token is from the future"
        case .expired: "the token has expired"
        }
    }
}
