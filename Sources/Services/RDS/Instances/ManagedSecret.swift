internal import Foundation
internal import Resources

/// The Secrets Manager secret that holds the password of a master user (`ManageMasterUserPassword`).
enum ManagedSecret {
    /// What it contains: just these two keys, as on RDS.
    struct Value: Codable, Sendable, Equatable {
        var username: String
        var password: String
    }

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

    /// A new current version; the former one stays as AWSPREVIOUS, older ones go.
    static func rotate(_ secret: inout Secret, username: String, password: String, random: RandomSource, now: Date) throws {
        let former = secret.versions.filter { $0.stages.contains("AWSCURRENT") }
        secret.versions =
            former.map {
                Secret.Version(id: $0.id, stages: ["AWSPREVIOUS"], secretString: $0.secretString, createdAt: $0.createdAt)
            }
            + [try version(username: username, password: password, random: random, now: now)]
        secret.lastChangedAt = now
    }

    private static func version(
        username: String, password: String, random: RandomSource, now: Date
    ) throws -> Secret.Version {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(Value(username: username, password: password)), as: UTF8.self)
        return Secret.Version(id: random.uuid(), stages: ["AWSCURRENT"], secretString: text, createdAt: now)
    }
}
