internal import AWSWire
internal import Resources

/// Moves a staging label to another version, adds it to one, or takes it away.
enum UpdateSecretVersionStage: Operation {
    static let action = "UpdateSecretVersionStage"
    static let parameters: [ParameterRule] = [
        .secretID, .works("VersionStage"),
        .works("RemoveFromVersionId", "Must name the version that has the label, if one has."), .works("MoveToVersionId"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let stage = try Request.stage(request.required("VersionStage"))
        let from = try request.versionID("RemoveFromVersionId")
        let to = try request.versionID("MoveToVersionId")
        guard from != nil || to != nil else {
            throw SecretsManagerFault.invalidParameter("You must specify RemoveFromVersionId, MoveToVersionId, or both.")
        }
        let secret = try await request.context.store.write { tx in
            let secret = try request.ownSecret(in: tx)
            try check(secret, stage, from: from, to: to)
            return try tx.update(Secret.self, region: secret.region, id: secret.id) {
                $0.move(stage, to: to)
                $0.lastChangedAt = request.context.now()
            }
        }
        return try .encoding(SecretVersionAnswer(secret))
    }

    private static func check(_ secret: Secret, _ stage: String, from: String?, to: String?) throws {
        for id in [from, to].compactMap(\.self) where secret.version(id) == nil {
            throw Fault("ResourceNotFoundException", "Secrets Manager can't find the specified secret version: \(id).")
        }
        let holder = secret.version(staged: stage)?.id
        if let holder, holder != to, from != holder {
            throw SecretsManagerFault.invalidParameter(
                "The parameter RemoveFromVersionId \(from == nil ? "can't be empty" : "is not valid"). Staging label \(stage) is "
                    + "currently attached to version \(holder), so you must explicitly reference that version in "
                    + "RemoveFromVersionId.")
        }
        if let from, holder != from {
            throw SecretsManagerFault.invalidParameter("Staging label \(stage) is not attached to version \(from).")
        }
        guard to != nil || stage != Secret.currentStage else {
            throw SecretsManagerFault.invalidParameter(
                "You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.")
        }
        if let to, let count = secret.version(to)?.stages.count, holder != to, count >= Secret.stageLimit {
            throw Fault("LimitExceededException", "A version can have \(Secret.stageLimit) staging labels; \(to) has as many.")
        }
    }
}
