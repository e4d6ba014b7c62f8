internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Makes a symmetric key.
enum CreateKey: Operation {
    /// Customer managed keys of a region (KMS developer guide, "Resource quotas").
    static let quota = 100_000

    static let action = "CreateKey"
    static let note = "AES-256-GCM; the material is wrapped by the installation's root key, see docs/encryption.md."
    static let parameters: [ParameterRule] = [
        .works("Description"), .works("Tags"),
        .recorded("Policy", "Returned by GetKeyPolicy; checked, but nobody is judged by it until IAM lands."),
        .works("BypassPolicyLockoutSafetyCheck", "Without it a policy that shuts out the account's root is refused."),
        .refused(
            "KeyUsage", "keys encrypt and decrypt. Leave it out, or give ENCRYPT_DECRYPT.", unless: ["ENCRYPT_DECRYPT"]),
        .refused(
            "KeySpec", "keys are symmetric. Leave it out, or give SYMMETRIC_DEFAULT.", unless: ["SYMMETRIC_DEFAULT"]),
        .refused(
            "CustomerMasterKeySpec", "keys are symmetric. Leave it out, or give SYMMETRIC_DEFAULT.",
            unless: ["SYMMETRIC_DEFAULT"]),
        .refused("Origin", "key material is made here. Leave it out, or give AWS_KMS.", unless: ["AWS_KMS"]),
        .refused("MultiRegion", "a key belongs to one region. Leave it out, or turn it off.", unless: ["false"]),
        .refused("CustomKeyStoreId", "there are no custom key stores. Leave it out."),
        .refused("XksKeyId", "there are no external key stores. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let description = try request.text("Description", 0...8192) ?? ""
        let tags = try KMSTags.read(request)
        let policy = try KeyPolicyCheck.read(request) ?? KeyPolicy.standard(account: request.account, region: request.region)
        let key = try await request.context.store.write { tx in
            guard tx.list(KMSKey.self, region: request.region).count(where: { $0.manager == .customer }) < quota else {
                throw KMSFault.limitExceeded("The quota of \(quota) customer managed keys has been reached.")
            }
            let key = try request.context.keys.makeKey(
                region: request.region, manager: .customer, description: description, policy: policy, tags: tags,
                at: request.context.now())
            try tx.insert(key)
            return key
        }
        return try .encoding(KeyMetadataAnswer(KeyMetadata: KeyMetadata(key, account: request.account)))
    }
}
