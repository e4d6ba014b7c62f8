internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// The Secrets Manager secret that holds the password of a master user (`ManageMasterUserPassword`).
enum ManagedSecret {
    /// Makes the secret of an instance and stores it; the instance gets to know it.
    ///
    /// - Parameter keyName: the KMS key that seals it (`MasterUserSecretKmsKeyId`); nil for `alias/aws/secretsmanager`.
    static func make(
        for instance: inout DBInstance, password: String, keyName: String?, in tx: inout StoreTransaction, _ request: Request
    ) throws {
        let random = request.context.random
        let name = "rds!db-\(random.uuid())"
        let account = request.context.account
        let arn = ARN(
            service: "secretsmanager", region: instance.region, account: account,
            resource: "secret:\(name)-\(random.secretSuffix())")
        let instanceARN = ARN.dbInstance(instance.identifier, region: instance.region, account: account)
        var secret = Secret(
            region: instance.region, arn: arn.description, name: name,
            description: "Secret associated with primary RDS DB instance: \(instanceARN)", owningService: "rds",
            kmsKeyID: nil, createdAt: request.context.now(), versions: [],
            tags: [Tag(key: Secret.instanceTagKey, value: instanceARN.description)])
        let key = try key(named: keyName, of: secret, in: &tx, request)
        // The key itself, not its alias: an alias may come to mean another one, and RDS keeps to the first.
        if key.manager == .customer { secret.kmsKeyID = key.arn(account: account) }
        let version = try sealed(password, of: instance, secret, version: random.uuid(), in: &tx, request)
        secret.add(version, stages: [Secret.currentStage], at: secret.createdAt)
        try tx.insert(secret)
        instance.master.secretARN = secret.arn
        instance.master.secretKeyARN = key.arn(account: account)
    }

    /// A rotation begins: the new password is pending in the secret, and owed to the server. Convergence makes it current
    /// once it is in force. Returns the new version.
    @discardableResult
    static func stage(
        _ credential: FreshCredential, of instance: inout DBInstance, _ arn: String,
        _ transaction: inout StoreTransaction, _ request: Request, version: String? = nil
    ) throws -> String {
        guard let secret = transaction.get(Secret.self, region: instance.region, id: arn) else {
            throw StoreError.missing(kind: Secret.kind, region: instance.region, id: arn)
        }
        let id = version ?? request.context.random.uuid()
        let next = try sealed(credential.password, of: instance, secret, version: id, in: &transaction, request)
        try transaction.update(Secret.self, region: instance.region, id: arn) { $0.stagePending(next) }
        instance.master.take(credential)
        return id
    }

    private static func sealed(
        _ password: String, of instance: DBInstance, _ secret: Secret, version: String, in tx: inout StoreTransaction,
        _ request: Request
    ) throws -> Secret.Version {
        let text = try MasterLogin(username: instance.master.username, password: password).secretString()
        return try accessible(request) { try request.seal(.string(text), of: secret, version: version, in: &tx) }
    }

    private static func key(
        named name: String?, of secret: Secret, in tx: inout StoreTransaction, _ request: Request
    ) throws -> KMSKey {
        var secret = secret
        secret.kmsKeyID = name
        return try accessible(request) { try request.sealingKey(of: secret, in: &tx) }
    }

    /// RDS has a name of its own for a key that cannot be used.
    private static func accessible<Outcome>(_ request: Request, _ body: () throws -> Outcome) throws -> Outcome {
        do {
            return try body()
        } catch let fault as Fault where fault.code == "EncryptionFailure" && request.call.service == .rds {
            throw RDSFault.keyNotAccessible(fault.message)
        }
    }
}
