internal import AWSWire
internal import Foundation
internal import Resources

/// Rotates a managed password now, sets when it rotates by itself, or both.
enum RotateSecret: Operation {
    static let action = "RotateSecret"
    static let note =
        "RDS-managed secrets only: there are no Lambda functions here. The new password is in force, and current, within "
        + "moments; one of both always works."
    static let parameters: [ParameterRule] = [
        .secretID,
        .works("ClientRequestToken", "The id of the new version."),
        .works("RotationRules", "`AutomaticallyAfterDays`, or a `ScheduleExpression` of the form `rate(N days)`."),
        .works("RotateImmediately", "True unless given."),
        .refused("RotationLambdaARN", noFunctions),
        .refused("ExternalSecretRotationMetadata", noFunctions),
        .refused("ExternalSecretRotationRoleArn", noFunctions),
    ]

    private static let noFunctions =
        "there are no Lambda functions here; RDS rotates the secrets that it manages. Leave it out."

    static func run(_ request: Request) async throws -> Answer {
        let secret = try request.liveSecret(in: request.context.store)
        let days = try RotationDays.read(request)
        let rotatesNow = try request.boolean("RotateImmediately") ?? true
        let token = try request.clientToken()
        guard let owner = request.context.managedInstance(of: secret) else { throw notManaged }
        let credential = rotatesNow ? try fresh(owner.spec.engine, request) : nil
        let version = try await request.context.store.write { transaction in
            guard let current = transaction.get(Secret.self, region: secret.region, id: secret.id) else { throw notManaged }
            if let credential, !current.versions.contains(where: { $0.id == token }) {
                try rotate(owner, credential, token, &transaction, request)
            }
            let updated = try transaction.update(Secret.self, region: secret.region, id: secret.id) {
                $0.rotation = rotation(of: $0, days)
            }
            return updated.pending?.id ?? updated.current?.id
        }
        return try .encoding(SecretVersionAnswer(secret, version: version))
    }

    /// Asking for rotation turns it on where it was turned off.
    private static func rotation(of secret: Secret, _ days: Int?) -> Secret.Rotation? {
        if let days { return Secret.Rotation(enabled: true, days: days) }
        return secret.rotation.map { Secret.Rotation(enabled: true, days: $0.days) }
    }

    private static func rotate(
        _ owner: DBInstance, _ credential: FreshCredential, _ token: String?, _ transaction: inout StoreTransaction,
        _ request: Request
    ) throws {
        guard let current = transaction.get(DBInstance.self, region: owner.region, id: owner.id),
            let arn = current.master.secretARN
        else { throw notManaged }
        guard request.status(current) == .available else {
            throw SecretsManagerFault.invalidRequest(
                "The secret cannot be rotated while DB instance \(current.identifier) is \(request.status(current).rawValue).")
        }
        var desired = current
        try ManagedSecret.stage(credential, of: &desired, arn, &transaction, request, version: token)
        desired.supersede(current, at: request.context.now())
        try transaction.update(DBInstance.self, region: desired.region, id: desired.id) { $0 = desired }
    }

    private static func fresh(_ engine: String, _ request: Request) throws -> FreshCredential {
        try MasterPasswords(catalog: request.context.catalog, random: request.context.random).fresh(engine: engine)
    }

    private static let notManaged = SecretsManagerFault.invalidRequest(
        "No Lambda rotation function ARN is associated with this secret, and none can be here: only secrets that RDS manages for "
            + "a DB instance rotate. Change this one with PutSecretValue.")
}
