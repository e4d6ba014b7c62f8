internal import AWSWire
internal import Resources

/// Tags of RDS resources.
enum TagRules {
    static let limit = 50

    /// The tags of a request's parameter `Tags`; empty when there are none.
    static func tags(_ request: Request, _ parameter: String = "Tags") throws -> [Tag] {
        let tags = try (request.call.parameters[parameter]?.elements ?? []).map { try tag($0, parameter) }
        guard Set(tags.map(\.key)).count == tags.count else {
            throw Fault.invalidParameterValue("The parameter \(parameter) has the same key more than once.")
        }
        try checkCount(tags)
        return tags
    }

    static func checkCount(_ tags: [Tag]) throws {
        guard tags.filter({ !$0.key.hasPrefix("aws:") }).count <= limit else {
            throw Fault.invalidParameterValue("A resource cannot have more than \(limit) Tags.")
        }
    }

    private static func tag(_ value: Parameters, _ parameter: String) throws -> Tag {
        for name in value.names where !["Key", "Value"].contains(name) {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) has a member \(name.prefix(64)); a tag has Key and Value.")
        }
        guard let key = value["Key"]?.text, !key.isEmpty else {
            throw Fault.invalidParameterValue("The parameter \(parameter) has a tag without a Key.")
        }
        let tag = Tag(key: key, value: value["Value"]?.text ?? "")
        try check(tag)
        return tag
    }

    private static func check(_ tag: Tag) throws {
        guard !tag.key.lowercased().hasPrefix("aws:"), !tag.key.lowercased().hasPrefix("rds:") else {
            throw Fault.invalidParameterValue(
                "The tag Key \(tag.key.prefix(64)) is not valid: keys that begin with aws: or rds: are reserved.")
        }
        guard tag.key.count <= 128 else { throw Fault.invalidParameterValue("A tag Key cannot be longer than 128 characters.") }
        guard tag.value.count <= 256 else {
            throw Fault.invalidParameterValue("The Value of tag \(tag.key) cannot be longer than 256 characters.")
        }
        guard hasAllowedCharacters(tag.key + tag.value) else {
            throw Fault.invalidParameterValue(
                "The tag \(tag.key.prefix(64)) is not valid: letters, digits, spaces and _ . : / = + - @ may be used.")
        }
    }

    static func hasAllowedCharacters(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isAllowed) }

    /// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, as botocore documents it.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if "_.:/=+-@".unicodeScalars.contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return true
        default: return false
        }
    }
}
