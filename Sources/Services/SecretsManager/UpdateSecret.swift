internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Another description, another key, another value: each only if it is given.
enum UpdateSecret: Operation {
    static let action = "UpdateSecret"
    static let parameters: [ParameterRule] = [
        .secretID, .works("ClientRequestToken", "The id of the new version; it must not be in use."), .works("Description"),
        .works(
            "KmsKeyId",
            "For new versions, and for those that are AWSCURRENT, AWSPENDING or AWSPREVIOUS, which are encrypted anew."),
        .works("SecretString"), .works("SecretBinary"),
        .refused("Type", "secrets of partners are not supported. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let description = try request.description()
        let value = try request.secretValue()
        let id = try request.versionID()
        let keyID = try request.kmsKeyID()
        let changesKey = request.call.parameters["KmsKeyId"] != nil
        let secret = try await request.context.store.write { tx in
            var secret = try request.ownSecret(in: tx)
            if changesKey { secret = try move(secret, to: keyID, request, &tx) }
            if let description { secret = try describe(secret, description, request, &tx) }
            guard let value else { return secret }
            guard secret.version(id) == nil else { throw SecretsManagerFault.tokenInUse(id, secret) }
            return try request.add(value, version: id, stages: [Secret.currentStage], to: secret, in: &tx)
        }
        return try .encoding(SecretVersionAnswer(secret, version: value.map { _ in id }))
    }

    private static func describe(
        _ secret: Secret, _ description: String, _ request: Request, _ tx: inout StoreTransaction
    ) throws -> Secret {
        try tx.update(Secret.self, region: secret.region, id: secret.id) {
            guard $0.description != description else { return }
            $0.description = description
            $0.lastChangedAt = request.context.now()
        }
    }

    /// What carries one of AWS's labels is encrypted anew; deprecated versions stay under the key that they have.
    private static func move(
        _ secret: Secret, to keyID: String?, _ request: Request, _ tx: inout StoreTransaction
    ) throws -> Secret {
        var moved = secret
        moved.kmsKeyID = keyID
        let key = try request.sealingKey(of: moved, in: &tx)
        let labels = [Secret.currentStage, Secret.pendingStage, Secret.previousStage]
        for index in moved.versions.indices where moved.versions[index].stages.contains(where: labels.contains) {
            let version = moved.versions[index]
            guard version.sealed?.keyID != key.id else { continue }
            let value = try request.open(version, of: secret, in: tx)
            moved.versions[index].sealed = try request.seal(value, of: moved, version: version.id, in: &tx).sealed
        }
        if moved != secret { moved.lastChangedAt = request.context.now() }
        let new = moved
        return try tx.update(Secret.self, region: secret.region, id: secret.id) { $0 = new }
    }
}
