internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// The value of a secret.
enum GetSecretValue: Operation {
    static let action = "GetSecretValue"
    static let parameters: [ParameterRule] = [
        .secretID, .works("VersionId"), .works("VersionStage", "`AWSCURRENT` unless given."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let secret = try await settled(request)
        let version = try version(of: secret, id: request.string("VersionId"), stage: request.string("VersionStage"))
        let value = try request.open(version, of: secret, in: request.context.store)
        try await SecretAccess.note([(secret, version)], request)
        return try .encoding(SecretValueEntry(secret, version, value))
    }

    /// While the current value is being replaced, an answer waits for the new one: a client that asks again because its
    /// password has just been refused then gets the one that works.
    private static func settled(_ request: Request) async throws -> Secret {
        let found = try request.liveSecret(in: request.context.store)
        guard found.pending != nil, try request.string("VersionId") == nil,
            try request.string("VersionStage") ?? Secret.currentStage == Secret.currentStage
        else { return found }
        let context = request.context
        guard context.managedInstance(of: found) != nil else { return found }
        // Longer than a description: there is nothing better to say meanwhile.
        _ = await context.board.until(timeout: context.describeHold * 10) {
            context.store.get(Secret.self, region: found.region, id: found.id)?.pending == nil
                || context.managedInstance(of: found).map { context.board[$0.resourceID]?.failure != nil } ?? true
        }
        return try request.liveSecret(in: context.store)
    }

    static func version(of secret: Secret, id: String?, stage: String?) throws -> Secret.Version {
        let wanted = stage ?? (id == nil ? Secret.currentStage : nil)
        let found = secret.versions.first { version in
            (id == nil || version.id == id) && (wanted.map { version.stages.contains($0) } ?? true)
        }
        if let found { return found }
        if let id, stage != nil, secret.version(id) != nil {
            throw SecretsManagerFault.invalidRequest(
                "You provided a VersionStage that is not associated to the provided VersionId.")
        }
        let what = id.map { "VersionId: \($0.prefix(64))" } ?? "staging label: \((wanted ?? "").prefix(64))"
        throw Fault(
            "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for \(what)")
    }
}

/// A value as GetSecretValue and BatchGetSecretValue answer it.
struct SecretValueEntry: Encodable {
    var ARN: String
    var Name: String
    var VersionId: String
    var SecretString: String?
    var SecretBinary: Data?
    var VersionStages: [String]?
    var CreatedDate: Date

    init(_ secret: Secret, _ version: Secret.Version, _ value: SecretValue) {
        ARN = secret.arn
        Name = secret.name
        VersionId = version.id
        switch value {
        case .string(let text): SecretString = text
        case .binary(let data): SecretBinary = data
        }
        VersionStages = version.stages.isEmpty ? nil : version.stages
        CreatedDate = version.createdAt
    }
}

/// `LastAccessedDate` is a day without a time, so it is written at most once a day.
enum SecretAccess {
    static func note(_ read: [(secret: Secret, version: Secret.Version)], _ request: Request) async throws {
        let seconds = request.context.now().timeIntervalSince1970
        let today = Date(timeIntervalSince1970: (seconds / 86_400).rounded(.down) * 86_400)
        let stale = read.filter { $0.secret.lastAccessedAt != today || $0.version.lastAccessedAt != today }
        guard !stale.isEmpty else { return }
        try await request.context.store.write { tx in
            for (secret, version) in stale {
                // Gone in the meantime: its value was read while it was there.
                guard tx.get(Secret.self, region: secret.region, id: secret.id) != nil else { continue }
                try tx.update(Secret.self, region: secret.region, id: secret.id) { secret in
                    secret.lastAccessedAt = today
                    for index in secret.versions.indices where secret.versions[index].id == version.id {
                        secret.versions[index].lastAccessedAt = today
                    }
                }
            }
        }
    }
}
