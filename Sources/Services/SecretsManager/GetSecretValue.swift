internal import AWSWire
internal import Foundation
internal import Resources

/// The value of a secret.
enum GetSecretValue: Operation {
    static let action = "GetSecretValue"
    static let parameters: [ParameterRule] = [
        .works("SecretId", "Name, ARN, or ARN without its last six characters."), .works("VersionId"),
        .works("VersionStage", "`AWSCURRENT` unless given."),
    ]

    private struct Output: Encodable {
        var ARN: String
        var Name: String
        var VersionId: String
        var SecretString: String
        var VersionStages: [String]
        var CreatedDate: Date
    }

    static func run(_ request: Request) async throws -> Answer {
        let secret = try await settled(request)
        let version = try version(of: secret, id: request.string("VersionId"), stage: request.string("VersionStage"))
        try await noteAccess(secret, request)
        return try .encoding(
            Output(
                ARN: secret.arn, Name: secret.name, VersionId: version.id, SecretString: version.secretString,
                VersionStages: version.stages, CreatedDate: version.createdAt))
    }

    /// While the current value is being replaced, an answer waits for the new one: a client that asks again because its
    /// password has just been refused then gets the one that works.
    private static func settled(_ request: Request) async throws -> Secret {
        let found = try request.secret()
        guard found.pending != nil, try request.string("VersionId") == nil,
            try request.string("VersionStage") ?? "AWSCURRENT" == "AWSCURRENT"
        else { return found }
        let context = request.context
        _ = await context.board.until(timeout: context.describeHold) {
            context.store.get(Secret.self, region: found.region, id: found.id)?.pending == nil
                || context.managedInstance(of: found).map { context.board[$0.resourceID]?.failure != nil } ?? true
        }
        return try request.secret()
    }

    private static func version(of secret: Secret, id: String?, stage: String?) throws -> Secret.Version {
        let wanted = stage ?? (id == nil ? "AWSCURRENT" : nil)
        let found = secret.versions.first { version in
            (id == nil || version.id == id) && (wanted.map { version.stages.contains($0) } ?? !version.stages.isEmpty)
        }
        guard let found else {
            let what = [id.map { "VersionId: \($0.prefix(64))" }, wanted.map { "staging label: \($0.prefix(64))" }]
            throw Fault(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for \(what.compactMap { $0 }.joined(separator: ", "))")
        }
        return found
    }

    /// `LastAccessedDate` is a day without a time, so it is written at most once a day.
    private static func noteAccess(_ secret: Secret, _ request: Request) async throws {
        let seconds = request.context.now().timeIntervalSince1970
        let today = Date(timeIntervalSince1970: (seconds / 86_400).rounded(.down) * 86_400)
        guard secret.lastAccessedAt != today else { return }
        try await request.context.store.write { transaction in
            // Gone in the meantime: its value was read while it was there.
            guard transaction.get(Secret.self, region: secret.region, id: secret.id) != nil else { return }
            try transaction.update(Secret.self, region: secret.region, id: secret.id) { $0.lastAccessedAt = today }
        }
    }
}
