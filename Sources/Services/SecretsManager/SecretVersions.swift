internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Values of secrets, sealed and opened on behalf of a request.
extension Request {
    /// Seals a value under the key of its secret.
    func seal(
        _ value: SecretValue, of secret: Secret, version id: String, in tx: inout StoreTransaction
    ) throws -> Secret.Version {
        do {
            let key = try sealingKey(of: secret, in: &tx)
            let sealed = try context.keys.seal(value, secret: secret.arn, version: id, under: key)
            return Secret.Version(id: id, stages: [], sealed: sealed, createdAt: context.now())
        } catch let error as KeyError {
            throw SecretsManagerFault.encryption(error)
        }
    }

    /// The key that new values of a secret are sealed with, if it can be used.
    @discardableResult
    func sealingKey(of secret: Secret, in tx: inout StoreTransaction) throws -> KMSKey {
        do {
            let key = try context.keys.key(of: secret, in: &tx, at: context.now())
            try context.keys.checkUsable(key)
            return key
        } catch let error as KeyError {
            throw SecretsManagerFault.encryption(error)
        }
    }

    func open(_ version: Secret.Version, of secret: Secret, in documents: some DocumentReader) throws -> SecretValue {
        do {
            return try context.keys.open(version, of: secret, in: documents)
        } catch {
            throw SecretsManagerFault.decryption(error)
        }
    }

    /// Adds a version, unless the client has added this very one before.
    func add(
        _ value: SecretValue, version id: String, stages: [String], to secret: Secret, in tx: inout StoreTransaction
    ) throws -> Secret {
        if let found = secret.version(id) {
            guard try open(found, of: secret, in: tx) == value else { throw SecretsManagerFault.tokenInUse(id, secret) }
            return secret
        }
        let now = context.now()
        let version = try seal(value, of: secret, version: id, in: &tx)
        return try tx.update(Secret.self, region: secret.region, id: secret.id) { secret in
            guard secret.makeRoom(at: now) else {
                throw Fault(
                    "LimitExceededException",
                    "The secret has \(Secret.versionLimit) versions, none of which is without labels and over 24 hours old.")
            }
            secret.add(version, stages: stages, at: now)
        }
    }
}

/// What the writing operations answer.
struct SecretVersionAnswer: Encodable {
    var ARN: String
    var Name: String
    var VersionId: String?
    var VersionStages: [String]?

    init(_ secret: Secret, version: String? = nil, stages: [String]? = nil) {
        ARN = secret.arn
        Name = secret.name
        VersionId = version
        VersionStages = stages
    }
}
