internal import Foundation
internal import Keys
internal import Resources

/// A key as DescribeKey shows it.
struct KeyMetadata: Encodable {
    var AWSAccountId: String
    var KeyId: String
    var Arn: String
    var CreationDate: Date
    var Enabled: Bool
    var Description: String
    var KeyUsage = "ENCRYPT_DECRYPT"
    var KeyState: String
    var DeletionDate: Date?
    var Origin = "AWS_KMS"
    var KeyManager: String
    var CustomerMasterKeySpec = "SYMMETRIC_DEFAULT"
    var KeySpec = "SYMMETRIC_DEFAULT"
    var EncryptionAlgorithms = ["SYMMETRIC_DEFAULT"]
    var MultiRegion = false
    var CurrentKeyMaterialId: String?

    init(_ key: KMSKey, account: String) {
        AWSAccountId = account
        KeyId = key.id
        Arn = key.arn(account: account)
        CreationDate = key.createdAt
        Enabled = key.state == .enabled
        Description = key.description
        KeyState = key.state.name
        if case .pendingDeletion(let date, _) = key.state { DeletionDate = date }
        KeyManager = key.manager.rawValue
        CurrentKeyMaterialId = key.versions.last?.materialID
    }
}

struct KeyMetadataAnswer: Encodable {
    var KeyMetadata: KeyMetadata
}
