internal import AWSWire
internal import Foundation

/// Logs in with IAM: the password is a token, made in this process, new for each connection.
///
/// The user must have `rds_iam` (PostgreSQL) or the plugin `AWSAuthenticationPlugin` (MySQL). Tokens go only over TLS.
public struct IAMCredentials: CredentialSource {
    private let user: String
    private let keys: AWSKeys
    private let region: String

    public init(user: String, keys: AWSKeys, region: String) {
        self.user = user
        self.keys = keys
        self.region = region
    }

    public func credentials(for endpoint: DatabaseURL, refused: DatabaseCredentials?) throws -> DatabaseCredentials {
        DatabaseCredentials(user: user, password: try Self.token(endpoint, user, keys, region, at: Date()))
    }

    /// `HOST:PORT/?Action=connect&DBUser=…`, signed, good for 15 minutes: what `generate-db-auth-token` prints.
    static func token(
        _ endpoint: DatabaseURL, _ user: String, _ keys: AWSKeys, _ region: String, at now: Date
    ) throws(DatabaseError) -> String {
        guard let host = endpoint.host, !endpoint.isSocket, let port = endpoint.port ?? endpoint.engine.defaultPort else {
            throw .configuration("A token is for a host and a port.")
        }
        let signer = RequestSigner(accessKey: keys.accessKey, region: region, service: "rds-db")
        let query = signer.presignedQuery(
            host: "\(host):\(port)", parameters: [(name: "Action", value: "connect"), (name: "DBUser", value: user)],
            expiresSeconds: 900, at: now)
        return "\(host):\(port)/?\(query)"
    }
}
