internal import AWSWire
internal import Foundation
internal import Resources

/// What happened, oldest first. Events are kept for 14 days.
enum DescribeEvents: Operation {
    static let action = "DescribeEvents"
    static let parameters: [ParameterRule] =
        [
            .works("SourceIdentifier"), .works("SourceType"), .works("StartTime"), .works("EndTime"),
            .works("Duration", "Minutes; 60 unless given."), .works("EventCategories"), .noFilters,
        ] + ParameterRule.rdsPaging

    /// botocore, shape SourceType.
    static let sourceTypes: Set = [
        "db-instance", "db-parameter-group", "db-security-group", "db-snapshot", "db-cluster", "db-cluster-snapshot",
        "custom-engine-version", "db-proxy", "blue-green-deployment", "db-shard-group", "zero-etl",
    ]

    /// The user guide's list, "Amazon RDS event categories".
    static let categories: Set<String> = Set(DBEvent.Category.allCases.map(\.rawValue)).union(["security patching", "backtrack"])

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let filter = try EventFilter(request)
        let asked = try EventRange(request)
        var place = try request.string("Marker").map { try EventPlace(marker: $0) } ?? EventPlace(range: asked, offset: 0)
        let rest = try await request.context.store.events(
            region: request.region, from: place.range.start, to: place.range.end, skipping: place.offset, limit: limit + 1,
            where: filter.matches)
        place.offset += limit
        let token = rest.count > limit ? [XMLNode.text("Marker", place.marker)] : []
        return .xml(token + [.element("Events", rest.prefix(limit).map(node))])
    }

    private static func node(_ event: DBEvent) -> XMLNode {
        .element(
            "Event",
            [
                .text("SourceIdentifier", event.sourceIdentifier), .text("SourceType", event.sourceType.rawValue),
                .text("Message", event.message),
                .list("EventCategories", of: "EventCategory", event.categories.map(\.rawValue)),
                .text("Date", Timestamp.text(event.date)), .text("SourceArn", event.sourceARN),
            ])
    }
}
