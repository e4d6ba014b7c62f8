internal import AWSWire
internal import Resources

/// Attaches a policy to a secret.
enum PutResourcePolicy: Operation {
    static let action = "PutResourcePolicy"
    static let note = "Policies are checked, kept and returned; nobody is judged by them until IAM lands."
    static let parameters: [ParameterRule] = [
        .secretID,
        .recorded("ResourcePolicy", "Until IAM lands: the account's root is the one identity there is."),
        .works("BlockPublicPolicy", "Refuses a policy that lets everybody in."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let blocksPublic = try request.boolean("BlockPublicPolicy") ?? false
        let text = try request.required("ResourcePolicy")
        guard text.utf8.count <= 20_480 else {
            throw SecretsManagerFault.invalidParameter("ResourcePolicy must have at most 20480 characters.")
        }
        let policy: PolicyDocument
        do {
            policy = try PolicyDocument(text)
        } catch {
            throw Fault("MalformedPolicyDocumentException", "This resource policy contains a syntax error. \(error.message)")
        }
        guard !blocksPublic || !policy.isPublic else {
            throw Fault(
                "PublicPolicyException", "The resource policy lets everybody in, which BlockPublicPolicy is to prevent.")
        }
        return try .encoding(SecretVersionAnswer(try await change(request) { $0.resourcePolicy = text }))
    }

    static func change(_ request: Request, _ change: @escaping @Sendable (inout Secret) -> Void) async throws -> Secret {
        try await request.context.store.write { tx in
            let secret = try request.liveSecret(in: tx)
            return try tx.update(Secret.self, region: secret.region, id: secret.id, change)
        }
    }
}

/// The policy of a secret.
enum GetResourcePolicy: Operation {
    static let action = "GetResourcePolicy"
    static let parameters: [ParameterRule] = [.secretID]

    private struct Output: Encodable {
        var ARN: String
        var Name: String
        var ResourcePolicy: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let secret = try request.liveSecret(in: request.context.store)
        return try .encoding(Output(ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.resourcePolicy))
    }
}

/// Takes the policy away.
enum DeleteResourcePolicy: Operation {
    static let action = "DeleteResourcePolicy"
    static let parameters: [ParameterRule] = [.secretID]

    static func run(_ request: Request) async throws -> Answer {
        try .encoding(SecretVersionAnswer(try await PutResourcePolicy.change(request) { $0.resourcePolicy = nil }))
    }
}
