internal import AWSWire
internal import Resources

/// The keys of the region, page by page.
enum ListKeys: Operation {
    static let action = "ListKeys"
    static let parameters: [ParameterRule] = [.works("Limit"), .works("Marker")]

    private struct Entry: Encodable {
        var KeyId: String
        var KeyArn: String
    }

    private struct Output: Encodable {
        var Keys: [Entry]
        var NextMarker: String?
        var Truncated: Bool
    }

    static func run(_ request: Request) async throws -> Answer {
        let keys = request.context.store.list(KMSKey.self, region: request.region)
        let page = try Paging.page(keys, after: request.string("Marker"), limit: request.pageLimit(100)) { $0.id }
        return try .encoding(
            Output(
                Keys: page.items.map { Entry(KeyId: $0.id, KeyArn: $0.arn(account: request.account)) },
                NextMarker: page.marker, Truncated: page.marker != nil))
    }
}
