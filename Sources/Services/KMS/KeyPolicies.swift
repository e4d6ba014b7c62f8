internal import AWSWire
internal import Keys
internal import Resources

/// Replaces a key's policy.
enum PutKeyPolicy: Operation {
    static let action = "PutKeyPolicy"
    static let note = "Policies are checked, kept and returned; nobody is judged by them until IAM lands."
    static let parameters: [ParameterRule] = [
        .keyID, .works("PolicyName", "`default` is the only one."),
        .recorded("Policy", "Until IAM lands: the account's root is the one identity there is."),
        .works("BypassPolicyLockoutSafetyCheck", "Without it a policy that shuts out the account's root is refused."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        try PolicyName.check(request)
        guard let policy = try KeyPolicyCheck.read(request) else { throw KMSFault.missing("Policy") }
        try await request.changeKey(whilePendingDeletion: true) { $0.policy = policy }
        return try .empty()
    }
}

/// A key's policy.
enum GetKeyPolicy: Operation {
    static let action = "GetKeyPolicy"
    static let parameters: [ParameterRule] = [
        .keyID, .works("PolicyName", "`default` is the only one."),
    ]

    private struct Output: Encodable {
        var Policy: String
        var PolicyName = KeyPolicy.name
    }

    static func run(_ request: Request) async throws -> Answer {
        let key = try request.managedKey(in: request.context.store)
        try PolicyName.check(request)
        return try .encoding(Output(Policy: key.policy))
    }
}

/// `default`.
enum ListKeyPolicies: Operation {
    static let action = "ListKeyPolicies"
    static let parameters: [ParameterRule] = [.keyID, .works("Limit"), .works("Marker")]

    private struct Output: Encodable {
        var PolicyNames: [String]
        var NextMarker: String?
        var Truncated: Bool
    }

    static func run(_ request: Request) async throws -> Answer {
        _ = try request.managedKey(in: request.context.store)
        let page = try Paging.page(
            [KeyPolicy.name], after: request.string("Marker"), limit: request.pageLimit(100), key: \.self)
        return try .encoding(Output(PolicyNames: page.items, NextMarker: page.marker, Truncated: page.marker != nil))
    }
}

private enum PolicyName {
    static func check(_ request: Request) throws {
        guard try request.text("PolicyName", 1...128) ?? KeyPolicy.name == KeyPolicy.name else {
            throw Fault("NotFoundException", "No such policy exists: the policy of a key is named \(KeyPolicy.name).")
        }
    }
}
