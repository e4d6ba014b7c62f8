internal import AWSWire
internal import Resources

/// Which events of a range are asked for.
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
            throw Fault.invalidParameterValue(
                "The parameter EventCategories has an unknown category: \(request.quoted(category)).")
        }
    }

    func matches(_ event: DBEvent) -> Bool {
        (sourceType == nil || event.sourceType.rawValue == sourceType)
            && (sourceIdentifier == nil || event.sourceIdentifier == sourceIdentifier)
            && (categories.isEmpty || event.categories.contains { categories.contains($0.rawValue) })
    }
}
