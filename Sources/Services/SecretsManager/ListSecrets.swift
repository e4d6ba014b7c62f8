internal import AWSWire
internal import Foundation
internal import Resources

/// The secrets of the region, page by page.
enum ListSecrets: Operation {
    static let action = "ListSecrets"
    static let parameters: [ParameterRule] = [
        .works("MaxResults"), .works("NextToken"), .works("Filters"), .works("SortOrder"), .works("SortBy"),
        .works("IncludePlannedDeletion", "Changes nothing: RDS deletes its secrets at once."),
    ]

    private struct Output: Encodable {
        var SecretList: [SecretDescription]
        var NextToken: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        _ = try request.boolean("IncludePlannedDeletion")
        let limit = try request.integer("MaxResults") ?? 100
        guard (1...100).contains(limit) else { throw invalid("MaxResults must be between 1 and 100; it is \(limit).") }
        let filters = try (request.call.parameters["Filters"]?.elements ?? []).map { try SecretFilter($0) }
        let all = request.context.store.list(Secret.self, region: request.region)
        let matching = try sorted(all.filter { secret in filters.allSatisfy { $0.matches(secret) } }, request)
        let page = try Paging.page(matching, after: request.string("NextToken"), limit: limit)
        return try .encoding(
            Output(
                SecretList: page.items.map { SecretDescription($0, listed: true, request.context.rotation) },
                NextToken: page.marker))
    }

    static func invalid(_ message: String) -> Fault { Fault("InvalidParameterException", message) }

    /// Newest first unless asked otherwise, as AWS does.
    private static func sorted(_ secrets: [Secret], _ request: Request) throws -> [Secret] {
        let order = try request.string("SortOrder") ?? "desc"
        guard ["asc", "desc"].contains(order) else { throw invalid("SortOrder must be asc or desc; it is \(order.prefix(32)).") }
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
            throw invalid("SortBy must be created-date, last-accessed-date, last-changed-date or name; it is \(key.prefix(32)).")
        }
    }
}
