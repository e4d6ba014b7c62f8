internal import AWSWire
internal import Resources

/// A new version of a secret.
enum PutSecretValue: Operation {
    static let action = "PutSecretValue"
    static let parameters: [ParameterRule] = [
        .secretID, .works("ClientRequestToken", "The id of the new version; the same request may be sent again."),
        .works("SecretString"), .works("SecretBinary"),
        .works("VersionStages", "`AWSCURRENT` unless given; what it leaves becomes `AWSPREVIOUS`."),
        .refused("RotationToken", "there are no rotation functions. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        guard let value = try request.secretValue() else {
            throw SecretsManagerFault.invalidRequest("You must provide either SecretString or SecretBinary.")
        }
        let id = try request.versionID()
        let stages = try request.versionStages()
        let secret = try await request.context.store.write { tx in
            let secret = try request.ownSecret(in: tx)
            return try request.add(value, version: id, stages: stages, to: secret, in: &tx)
        }
        return try .encoding(SecretVersionAnswer(secret, version: id, stages: secret.version(id)?.stages))
    }
}

extension ParameterRule {
    static let secretID = works("SecretId", "Name, ARN, or ARN without its last six characters.")
}
