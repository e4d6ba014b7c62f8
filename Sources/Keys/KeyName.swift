public import Resources

/// How people name a key: its id or an alias, either alone or as an ARN.
public enum KeyName: Sendable, Equatable {
    case id(String)
    /// With its prefix, `alias/…`.
    case alias(String)

    /// - Throws: `KeyError.notFound` for a key of another region, account or service.
    public init(_ text: String, region: String, account: String) throws(KeyError) {
        var name = text
        if let arn = ARN(text) {
            guard arn.service == "kms", arn.region == region, arn.account == account,
                arn.partition == Region.partition(of: region)
            else { throw .notFound(text) }
            guard arn.resource.hasPrefix("key/") || arn.resource.hasPrefix(KMSAlias.prefix) else { throw .notFound(text) }
            name = arn.resource.hasPrefix("key/") ? String(arn.resource.dropFirst("key/".count)) : arn.resource
        }
        self = name.hasPrefix(KMSAlias.prefix) ? .alias(name) : .id(name)
    }
}

extension DocumentReader {
    /// Nil when nothing has that name.
    public func key(_ name: KeyName, region: String) -> KMSKey? {
        switch name {
        case .id(let id): get(KMSKey.self, region: region, id: id)
        case .alias(let alias):
            get(KMSAlias.self, region: region, id: alias).flatMap {
                get(KMSKey.self, region: region, id: $0.targetKeyID)
            }
        }
    }
}
