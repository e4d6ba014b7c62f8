internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// A new secret, with a first value or without.
enum CreateSecret: Operation {
    /// Secrets of a region ("Quotas" of the user guide).
    static let quota = 500_000

    static let action = "CreateSecret"
    static let note = "Values are encrypted by a KMS key before they are stored, see docs/encryption.md."
    static let parameters: [ParameterRule] = [
        .works("Name"), .works("ClientRequestToken", "The id of the first version; the same request may be sent again."),
        .works("Description"),
        .works("KmsKeyId", "An id, an alias, or the ARN of either; `alias/aws/secretsmanager` unless given."),
        .works("SecretString"), .works("SecretBinary"), .works("Tags"),
        .refused("AddReplicaRegions", "secrets are not replicated to other regions. Leave it out."),
        .refused(
            "ForceOverwriteReplicaSecret", "secrets are not replicated to other regions. Leave it out.", unless: ["false"]),
        .refused("Type", "secrets of partners are not supported. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let name = try name(request)
        let value = try request.secretValue()
        let id = try request.versionID()
        let draft = try draft(request, name)
        let secret = try await request.context.store.write { tx in
            if let found = tx.find(Secret.self, region: request.region, name: name) {
                return try again(found, value, id, request, tx)
            }
            guard tx.list(Secret.self, region: request.region).count < quota else {
                throw Fault("LimitExceededException", "The quota of \(quota) secrets has been reached.")
            }
            try request.sealingKey(of: draft, in: &tx)
            try tx.insert(draft)
            guard let value else { return draft }
            return try request.add(value, version: id, stages: [Secret.currentStage], to: draft, in: &tx)
        }
        return try .encoding(SecretVersionAnswer(secret, version: value.map { _ in id }))
    }

    /// The same request once more is no mistake; another one of that name is.
    private static func again(
        _ found: Secret, _ value: SecretValue?, _ id: String, _ request: Request, _ tx: StoreTransaction
    ) throws -> Secret {
        guard found.deletionAt == nil else {
            throw SecretsManagerFault.invalidRequest(
                "You can't create this secret because a secret with this name is already scheduled for deletion.")
        }
        if let value, let version = found.version(id), try request.open(version, of: found, in: tx) == value { return found }
        throw Fault(
            "ResourceExistsException", "The operation failed because the secret \(found.name) already exists.")
    }

    private static func draft(_ request: Request, _ name: String) throws -> Secret {
        let arn = ARN(
            service: "secretsmanager", region: request.region, account: request.context.account,
            resource: "secret:\(name)-\(request.context.random.secretSuffix())")
        return Secret(
            region: request.region, arn: arn.description, name: name, description: try request.description() ?? "",
            owningService: nil, kmsKeyID: try request.kmsKeyID(), createdAt: request.context.now(), versions: [],
            tags: try request.secretTags())
    }

    private static func name(_ request: Request) throws -> String {
        let name = try request.required("Name")
        let isAllowed = name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "/_+=.@-".utf8.contains($0) }
        guard isAllowed, name.utf8.count <= 512 else {
            throw SecretsManagerFault.invalidParameter(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@, "
                    + "and have at most 512 characters.")
        }
        return name
    }
}

extension Request {
    /// `KmsKeyId`, as it was given; nil for the default.
    func kmsKeyID() throws -> String? {
        guard let name = try string("KmsKeyId"), name != ManagedKey.secretsManager.alias else { return nil }
        guard name.utf8.count <= 2048 else {
            throw SecretsManagerFault.invalidParameter("KmsKeyId must have at most 2048 characters.")
        }
        return name
    }
}
