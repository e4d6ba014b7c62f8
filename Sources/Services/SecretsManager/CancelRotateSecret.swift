internal import AWSWire
internal import Resources

/// Ends the rotation of a secret by its schedule, until RotateSecret is called again.
enum CancelRotateSecret: Operation {
    static let action = "CancelRotateSecret"
    static let note = "The off-switch for one secret; `serve --secret-rotation-days off` is that for all."
    static let parameters: [ParameterRule] = [.secretID]

    static func run(_ request: Request) async throws -> Answer {
        let secret = try request.liveSecret(in: request.context.store)
        // A secret of one's own does not rotate: there is nothing to cancel.
        guard secret.owningService != nil else { return try .encoding(SecretVersionAnswer(secret)) }
        let days = request.context.rotation.days(for: secret) ?? secret.rotation?.days ?? RotationSchedule.standardDays
        try await request.context.store.write { transaction in
            // Gone in the meantime: it will not rotate.
            guard transaction.get(Secret.self, region: secret.region, id: secret.id) != nil else { return }
            try transaction.update(Secret.self, region: secret.region, id: secret.id) {
                $0.rotation = Secret.Rotation(enabled: false, days: days)
            }
        }
        return try .encoding(SecretVersionAnswer(secret))
    }
}
