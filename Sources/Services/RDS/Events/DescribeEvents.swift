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
        let marker = try request.string("Marker")
        let range = try EventRange(request)
        let filter = try EventFilter(request)
        let events = try await request.context.store.events(region: request.region, from: range.start, to: range.end)
        let page = try Paging.page(events.filter(filter.matches), after: marker, limit: limit)
        let token = page.marker.map { [XMLNode.text("Marker", $0)] } ?? []
        return .xml(token + [.element("Events", page.items.map(node))])
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

/// Start inclusive, end exclusive.
struct EventRange: Sendable, Equatable {
    let start: Date
    let end: Date

    /// StartTime and EndTime, or Duration before EndTime (or after StartTime); the last hour when nothing is given.
    init(_ request: Request) throws {
        let duration = try request.integer("Duration")
        if let duration, !(1...20160).contains(duration) {
            throw Fault.invalidParameterValue("The parameter Duration must be between 1 and 20160 minutes; it is \(duration).")
        }
        let length = Double(duration ?? 60) * 60
        // An event of this very moment belongs to the answer.
        let now = request.context.now().addingTimeInterval(0.001)
        switch try (request.date("StartTime"), request.date("EndTime")) {
        case (let start?, let end?): (self.start, self.end) = (start, end)
        case (let start?, nil): (self.start, self.end) = (start, duration == nil ? now : start.addingTimeInterval(length))
        case (nil, let end?): (self.start, self.end) = (end.addingTimeInterval(-length), end)
        case (nil, nil): (self.start, self.end) = (now.addingTimeInterval(-length), now)
        }
        guard start <= end else {
            throw Fault.invalidParameterCombination("The parameter StartTime must not be later than EndTime.")
        }
    }
}

struct EventFilter: Sendable, Equatable {
    let sourceType: String?
    let sourceIdentifier: String?
    /// Empty for all.
    let categories: [String]

    init(_ request: Request) throws {
        sourceType = try request.string("SourceType")
        sourceIdentifier = try request.string("SourceIdentifier")?.lowercased()
        categories = try request.strings("EventCategories") ?? []
        if let sourceType, !DescribeEvents.sourceTypes.contains(sourceType) {
            throw Fault.invalidParameterValue(
                "The parameter SourceType is not valid: \(request.quoted(sourceType)). "
                    + "It can be: \(DescribeEvents.sourceTypes.sorted().joined(separator: ", ")).")
        }
        guard sourceIdentifier == nil || sourceType != nil else {
            throw Fault.invalidParameterCombination("The parameter SourceType must be provided along with SourceIdentifier.")
        }
        for category in categories where !DescribeEvents.categories.contains(category) {
            throw Fault.invalidParameterValue("The parameter EventCategories has an unknown category: \(request.quoted(category)).")
        }
    }

    func matches(_ event: DBEvent) -> Bool {
        (sourceType == nil || event.sourceType.rawValue == sourceType)
            && (sourceIdentifier == nil || event.sourceIdentifier == sourceIdentifier)
            && (categories.isEmpty || event.categories.contains { categories.contains($0.rawValue) })
    }
}
