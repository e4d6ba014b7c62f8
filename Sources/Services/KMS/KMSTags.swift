internal import AWSWire
internal import Resources

/// Tags of keys: `TagKey` and `TagValue`, unlike everywhere else.
enum KMSTags {
    static let limit = 50

    struct Entry: Encodable {
        var TagKey: String
        var TagValue: String
    }

    /// `Tags` of the request.
    static func read(_ request: Request) throws -> [Tag] {
        let tags = try (request.call.parameters["Tags"]?.elements ?? []).map(tag)
        guard Set(tags.map(\.key)).count == tags.count else { throw fault("Duplicate tag keys") }
        try checkCount(tags)
        return tags
    }

    static func checkCount(_ tags: [Tag]) throws {
        guard tags.count <= limit else { throw fault("Too many tags: a key can have \(limit).") }
    }

    private static func tag(_ value: Parameters) throws -> Tag {
        for name in value.names where !["TagKey", "TagValue"].contains(name) {
            throw fault("A tag has TagKey and TagValue, and no \(name.prefix(64)).")
        }
        guard let key = value["TagKey"]?.text, (1...128).contains(key.count) else {
            throw fault("A TagKey must have 1 to 128 characters.")
        }
        let text = value["TagValue"]?.text ?? ""
        guard text.count <= 256 else { throw fault("The TagValue of \(key) is longer than 256 characters.") }
        guard !key.lowercased().hasPrefix("aws:") else {
            throw fault("aws: prefixed tag key names are not allowed for external use.")
        }
        guard TagRules.hasAllowedCharacters(key + text) else {
            throw fault("The tag \(key.prefix(64)) is not valid: letters, digits, spaces and _ . : / = + - @ may be used.")
        }
        return Tag(key: key, value: text)
    }

    static func fault(_ message: String) -> Fault { Fault("TagException", message) }
}

/// Adds tags to a key; a tag of the same key gets the new value.
enum TagKMSKey: Operation {
    static let action = "TagResource"
    static let parameters: [ParameterRule] = [.keyID, .works("Tags")]

    static func run(_ request: Request) async throws -> Answer {
        guard request.call.parameters["Tags"] != nil else { throw KMSFault.missing("Tags") }
        let tags = try KMSTags.read(request)
        try await request.changeKey { key in
            key.tags = key.tags.filter { old in !tags.contains { $0.key == old.key } } + tags
            try KMSTags.checkCount(key.tags)
        }
        return try .empty()
    }
}

/// Takes tags off a key. One that is not there is no mistake.
enum UntagKMSKey: Operation {
    static let action = "UntagResource"
    static let parameters: [ParameterRule] = [.keyID, .works("TagKeys")]

    static func run(_ request: Request) async throws -> Answer {
        guard let keys = try request.strings("TagKeys") else { throw KMSFault.missing("TagKeys") }
        try await request.changeKey { key in key.tags.removeAll { keys.contains($0.key) } }
        return try .empty()
    }
}

/// The tags of a key, page by page.
enum ListResourceTags: Operation {
    static let action = "ListResourceTags"
    static let parameters: [ParameterRule] = [.keyID, .works("Limit"), .works("Marker")]

    private struct Output: Encodable {
        var Tags: [KMSTags.Entry]
        var NextMarker: String?
        var Truncated: Bool
    }

    static func run(_ request: Request) async throws -> Answer {
        let key = try request.managedKey(in: request.context.store)
        let tags = key.tags.sorted { $0.key < $1.key }
        let page = try Paging.page(tags, after: request.string("Marker"), limit: request.pageLimit(50)) { $0.key }
        return try .encoding(
            Output(
                Tags: page.items.map { KMSTags.Entry(TagKey: $0.key, TagValue: $0.value) }, NextMarker: page.marker,
                Truncated: page.marker != nil))
    }
}
