internal import AWSWire
internal import Resources

/// Tags of EC2 resources: read from requests, matched by filters.
enum EC2Tags {
    static let limit = 50

    /// The tags that `TagSpecification` gives a new resource of that type.
    static func specified(_ request: Request, for type: String) throws -> [Tag] {
        var tags: [Tag] = []
        for specification in request.call.parameters["TagSpecification"]?.elements ?? [] {
            guard let given = specification["ResourceType"]?.text, !given.isEmpty else {
                throw Fault.invalidParameterValue("Tag specification resource type must have a value")
            }
            guard given == type else {
                throw Fault.invalidParameterValue(
                    "'\(given.prefix(64))' is not a valid taggable resource type for this operation.")
            }
            tags += try read(specification["Tag"])
        }
        try check(tags)
        return tags
    }

    /// `Tag.N`: keys, each once, with values.
    static func read(_ list: Parameters?) throws -> [Tag] {
        try (list?.elements ?? []).map { element in
            guard let key = element["Key"]?.text, !key.isEmpty else {
                throw Fault.missingParameter("The request must contain the parameter Tag.Key")
            }
            return Tag(key: key, value: element["Value"]?.text ?? "")
        }
    }

    static func check(_ tags: [Tag]) throws {
        guard Set(tags.map(\.key)).count == tags.count else {
            throw Fault.invalidParameterValue("Duplicate tag key specified.")
        }
        guard tags.count <= limit else { throw EC2Fault.tagLimit(limit) }
        for tag in tags {
            guard !tag.key.lowercased().hasPrefix("aws:") else { throw EC2Fault.reservedTag(tag.key) }
            guard tag.key.unicodeScalars.count <= 127 else {
                throw Fault.invalidParameterValue("Tag key exceeds the maximum length of 127 characters")
            }
            guard tag.value.unicodeScalars.count <= 255 else {
                throw Fault.invalidParameterValue("Tag value exceeds the maximum length of 255 characters")
            }
        }
    }

    /// What `tag:KEY` and `tag-key` look at; nil for any other filter.
    static func fields(_ filter: String, _ tags: [Tag]) -> [String]? {
        if filter == "tag-key" { return tags.map(\.key) }
        guard filter.hasPrefix("tag:") else { return nil }
        let key = filter.dropFirst("tag:".count)
        return tags.filter { $0.key == key }.map(\.value)
    }
}
