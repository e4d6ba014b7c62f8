internal import AWSWire
internal import Foundation
internal import Resources

/// The secrets of the region, page by page.
enum ListSecrets: Operation {
    static let action = "ListSecrets"
    static let parameters: [ParameterRule] = [
        .works("MaxResults"), .works("NextToken"), .works("Filters"), .works("SortOrder"), .works("SortBy"),
        .works("IncludePlannedDeletion", "Secrets that are marked for deletion, too."),
    ]

    private struct Output: Encodable {
        var SecretList: [SecretDescription]
        var NextToken: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let includesDeleted = try request.boolean("IncludePlannedDeletion") ?? false
        let limit = try limit(request)
        let matching = try sorted(SecretFilter.matching(request, includingDeleted: includesDeleted), request)
        let page = try Paging.page(matching, after: request.string("NextToken"), limit: limit)
        return try .encoding(
            Output(
                SecretList: page.items.map { SecretDescription($0, listed: true, request.context.rotation) },
                NextToken: page.marker))
    }

    /// `MaxResults`, 1 to 100.
    static func limit(_ request: Request) throws -> Int {
        let limit = try request.integer("MaxResults") ?? 100
        guard (1...100).contains(limit) else {
            throw SecretsManagerFault.invalidParameter("MaxResults must be between 1 and 100; it is \(limit).")
        }
        return limit
    }

    /// Newest first unless asked otherwise, as AWS does.
    private static func sorted(_ secrets: [Secret], _ request: Request) throws -> [Secret] {
        let order = try request.string("SortOrder") ?? "desc"
        guard ["asc", "desc"].contains(order) else {
            throw SecretsManagerFault.invalidParameter("SortOrder must be asc or desc; it is \(order.prefix(32)).")
        }
        let ascending = try ascending(secrets, by: request.string("SortBy") ?? "created-date")
        return order == "asc" ? ascending : ascending.reversed()
    }

    private static func ascending(_ secrets: [Secret], by key: String) throws -> [Secret] {
        switch key {
        case "created-date": secrets.sorted { $0.createdAt < $1.createdAt }
        case "last-changed-date": secrets.sorted { $0.lastChangedAt < $1.lastChangedAt }
        case "last-accessed-date": secrets.sorted { ($0.lastAccessedAt ?? .distantPast) < ($1.lastAccessedAt ?? .distantPast) }
        case "name": secrets.sorted { $0.name < $1.name }
        default:
            throw SecretsManagerFault.invalidParameter(
                "SortBy must be created-date, last-accessed-date, last-changed-date or name; it is \(key.prefix(32)).")
        }
    }
}
