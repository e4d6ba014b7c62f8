internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// The versions of a secret, newest first, page by page.
enum ListSecretVersionIds: Operation {
    static let action = "ListSecretVersionIds"
    static let parameters: [ParameterRule] = [
        .secretID, .works("MaxResults"), .works("NextToken"),
        .works("IncludeDeprecated", "Versions without a staging label, too."),
    ]

    private struct Entry: Encodable {
        var VersionId: String
        var VersionStages: [String]?
        var LastAccessedDate: Date?
        var CreatedDate: Date
        var KmsKeyIds: [String]
    }

    private struct Output: Encodable {
        var Versions: [Entry]
        var NextToken: String?
        var ARN: String
        var Name: String
    }

    static func run(_ request: Request) async throws -> Answer {
        let secret = try request.secret()
        let includesDeprecated = try request.boolean("IncludeDeprecated") ?? false
        let limit = try ListSecrets.limit(request)
        let versions = secret.versions.filter { includesDeprecated || !$0.stages.isEmpty }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        let page = try Paging.page(versions, after: request.string("NextToken"), limit: limit)
        return try .encoding(
            Output(
                Versions: page.items.map { entry($0, request) }, NextToken: page.marker, ARN: secret.arn, Name: secret.name))
    }

    private static func entry(_ version: Secret.Version, _ request: Request) -> Entry {
        Entry(
            VersionId: version.id, VersionStages: version.stages.isEmpty ? nil : version.stages,
            LastAccessedDate: version.lastAccessedAt, CreatedDate: version.createdAt,
            KmsKeyIds: version.sealed.map { [keyName($0.keyID, request)] } ?? [])
    }

    /// AWS's own key goes by a name of its own there.
    private static func keyName(_ id: String, _ request: Request) -> String {
        let key = request.context.store.get(KMSKey.self, region: request.region, id: id)
        return key?.manager == .aws
            ? "DefaultEncryptionKey"
            : ARN(service: "kms", region: request.region, account: request.context.account, resource: "key/\(id)").description
    }
}
