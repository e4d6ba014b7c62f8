internal import AWSWire
internal import Foundation
internal import Resources

/// Secrets as Secrets Manager describes them.
struct SecretDescription: Encodable {
    struct TagEntry: Encodable, Equatable {
        var Key: String
        var Value: String
    }

    struct Rules: Encodable, Equatable {
        var AutomaticallyAfterDays: Int
    }

    var ARN: String
    var Name: String
    var Description: String?
    var KmsKeyId: String?
    var RotationEnabled: Bool
    var RotationRules: Rules?
    var LastRotatedDate: Date?
    var NextRotationDate: Date?
    var LastChangedDate: Date
    var LastAccessedDate: Date?
    var DeletedDate: Date?
    var Tags: [TagEntry]
    var OwningService: String?
    var CreatedDate: Date
    /// DescribeSecret's name for it.
    var VersionIdsToStages: [String: [String]]?
    /// ListSecrets' name for it.
    var SecretVersionsToStages: [String: [String]]?

    init(_ secret: Secret, listed: Bool, _ schedule: RotationSchedule) {
        ARN = secret.arn
        Name = secret.name
        Description = secret.description.isEmpty ? nil : secret.description
        KmsKeyId = secret.kmsKeyID
        DeletedDate = secret.deletionAt
        let days = schedule.days(for: secret)
        RotationEnabled = days != nil
        RotationRules = days.map(Rules.init)
        LastRotatedDate = secret.lastRotatedAt
        NextRotationDate = schedule.next(for: secret)
        LastChangedDate = secret.lastChangedAt
        LastAccessedDate = secret.lastAccessedAt
        Tags = secret.tags.map { TagEntry(Key: $0.key, Value: $0.value) }
        OwningService = secret.owningService
        CreatedDate = secret.createdAt
        let stages = Dictionary(uniqueKeysWithValues: secret.versions.map { ($0.id, $0.stages) }).filter { !$0.value.isEmpty }
        if listed { SecretVersionsToStages = stages } else { VersionIdsToStages = stages }
    }
}
