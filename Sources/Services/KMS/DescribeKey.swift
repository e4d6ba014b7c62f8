internal import AWSWire

/// All about a key but its material.
enum DescribeKey: Operation {
    static let action = "DescribeKey"
    static let parameters: [ParameterRule] = [
        .works("KeyId", "An id, an alias, or the ARN of either. An alias of AWS's own makes its key."), .noGrants,
    ]

    static func run(_ request: Request) async throws -> Answer {
        let key = try await request.key(named: request.requiredText("KeyId", Request.keyIDLength))
        return try .encoding(KeyMetadataAnswer(KeyMetadata: KeyMetadata(key, account: request.account)))
    }
}

extension ParameterRule {
    /// The key of a management operation: see `Request.managedKey`.
    static let keyID = works("KeyId", "An id or a key ARN.")
    static let noGrants = refused("GrantTokens", "there are no grants: the account may use all of its keys. Leave it out.")
    static let noEnclave = refused("Recipient", "there are no Nitro enclaves. Leave it out.")
    static func symmetricAlgorithm(_ name: String) -> ParameterRule {
        refused(name, "keys are symmetric. Leave it out, or give SYMMETRIC_DEFAULT.", unless: ["SYMMETRIC_DEFAULT"])
    }
}
