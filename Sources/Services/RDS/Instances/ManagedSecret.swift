internal import Foundation
internal import Resources

/// The Secrets Manager secret that holds the password of a master user (`ManageMasterUserPassword`).
enum ManagedSecret {
    static func make(
        for instance: DBInstance, password: String, account: String, random: RandomSource, now: Date
    ) throws -> Secret {
        let name = "rds!db-\(random.uuid())"
        let arn = ARN(
            service: "secretsmanager", region: instance.region, account: account,
            resource: "secret:\(name)-\(random.secretSuffix())")
        let instanceARN = ARN.dbInstance(instance.identifier, region: instance.region, account: account)
        let version = try version(username: instance.master.username, password: password, random: random, now: now)
        return Secret(
            region: instance.region, arn: arn.description, name: name,
            description: "Secret associated with primary RDS DB instance: \(instanceARN)", owningService: "rds",
            createdAt: now, versions: [version], tags: [Tag(key: Secret.instanceTagKey, value: instanceARN.description)])
    }

    /// A rotation begins: the new password is pending in the secret, and owed to the server. Convergence makes it current
    /// once it is in force. Returns the new version.
    @discardableResult
    static func stage(
        _ credential: FreshCredential, of instance: inout DBInstance, _ arn: String,
        _ transaction: inout StoreTransaction, _ request: Request, version: String? = nil
    ) throws -> String {
        let text = try MasterLogin(username: instance.master.username, password: credential.password).secretString()
        let id = version ?? request.context.random.uuid()
        try transaction.update(Secret.self, region: instance.region, id: arn) {
            $0.stagePending(id: id, secretString: text, at: request.context.now())
        }
        instance.master.take(credential)
        return id
    }

    private static func version(
        username: String, password: String, random: RandomSource, now: Date
    ) throws -> Secret.Version {
        let text = try MasterLogin(username: username, password: password).secretString()
        return Secret.Version(id: random.uuid(), stages: ["AWSCURRENT"], secretString: text, createdAt: now)
    }
}
