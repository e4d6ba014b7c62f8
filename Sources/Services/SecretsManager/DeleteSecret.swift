internal import AWSWire
internal import Foundation
internal import Resources

/// Gives a secret up: unreadable at once, gone for good after its recovery window.
enum DeleteSecret: Operation {
    static let days = 7...30

    static let action = "DeleteSecret"
    static let parameters: [ParameterRule] = [
        .secretID, .works("RecoveryWindowInDays", "7 to 30; 30 unless given."),
        .works("ForceDeleteWithoutRecovery", "Gone at once. A secret that does not exist is then no mistake, as on AWS."),
    ]

    private struct Output: Encodable {
        var ARN: String
        var Name: String
        var DeletionDate: Date
    }

    static func run(_ request: Request) async throws -> Answer {
        let force = try request.boolean("ForceDeleteWithoutRecovery") ?? false
        let window = try window(request, force)
        let now = request.context.now()
        if force, try request.find(request.required("SecretId"), request.context.store) == nil {
            return try absent(request, now)
        }
        let date = force ? now : now.addingTimeInterval(Double(window) * 86_400)
        let secret = try await request.context.store.write { tx in
            let secret = try request.secret(in: tx)
            if let service = secret.owningService { throw SecretsManagerFault.managed(secret, by: service) }
            if force {
                try tx.delete(Secret.self, region: secret.region, id: secret.id)
                return secret
            }
            guard secret.deletionAt == nil else {
                throw SecretsManagerFault.invalidRequest(
                    "You can't perform this operation on the secret because it was already scheduled for deletion.")
            }
            return try tx.update(Secret.self, region: secret.region, id: secret.id) { $0.deletionAt = date }
        }
        return try .encoding(Output(ARN: secret.arn, Name: secret.name, DeletionDate: date))
    }

    private static func window(_ request: Request, _ force: Bool) throws -> Int {
        guard let window = try request.integer("RecoveryWindowInDays") else { return days.upperBound }
        guard !force else {
            throw SecretsManagerFault.invalidParameter(
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        }
        guard days.contains(window) else {
            throw SecretsManagerFault.invalidParameter(
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
        }
        return window
    }

    private static func absent(_ request: Request, _ now: Date) throws -> Answer {
        let id = try request.required("SecretId")
        let arn = ARN(
            service: "secretsmanager", region: request.region, account: request.context.account, resource: "secret:\(id)")
        return try .encoding(Output(ARN: ARN(id)?.description ?? arn.description, Name: id, DeletionDate: now))
    }
}

/// The secret stays after all.
enum RestoreSecret: Operation {
    static let action = "RestoreSecret"
    static let parameters: [ParameterRule] = [.secretID]

    static func run(_ request: Request) async throws -> Answer {
        let secret = try await request.context.store.write { tx in
            let secret = try request.secret(in: tx)
            return try tx.update(Secret.self, region: secret.region, id: secret.id) { $0.deletionAt = nil }
        }
        return try .encoding(SecretVersionAnswer(secret))
    }
}
