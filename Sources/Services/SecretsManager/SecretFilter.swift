internal import AWSWire
internal import Resources

/// A filter of `ListSecrets`: one of its values must match; a value that begins with `!` must not.
struct SecretFilter: Sendable {
    enum Key: String, CaseIterable, Sendable {
        case description, name, all
        case tagKey = "tag-key"
        case tagValue = "tag-value"
        case primaryRegion = "primary-region"
        case owningService = "owning-service"
    }

    var key: Key
    var values: [String]

    init(_ value: Parameters) throws {
        let name = value["Key"]?.text ?? ""
        guard let key = Key(rawValue: name) else {
            let known = Key.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw SecretsManagerFault.invalidParameter("A filter's Key must be one of \(known); it is \(name.prefix(64)).")
        }
        self.key = key
        values = (value["Values"]?.elements ?? []).compactMap(\.text)
        guard !values.isEmpty else { throw SecretsManagerFault.invalidParameter("The filter \(name) needs Values.") }
    }

    /// The secrets of the region that match every filter of the request: at most ten.
    static func matching(_ request: Request, includingDeleted: Bool = false) throws -> [Secret] {
        let filters = try (request.call.parameters["Filters"]?.elements ?? []).map { try SecretFilter($0) }
        guard filters.count <= 10 else { throw SecretsManagerFault.invalidParameter("At most 10 filters are allowed.") }
        return request.context.store.list(Secret.self, region: request.region).filter { secret in
            (includingDeleted || secret.deletionAt == nil) && filters.allSatisfy { $0.matches(secret) }
        }
    }

    func matches(_ secret: Secret) -> Bool {
        values.contains { value in
            value.hasPrefix("!") ? !has(secret, prefix: String(value.dropFirst())) : has(secret, prefix: value)
        }
    }

    /// Names, tags and services match by prefix with case, descriptions and `all` by words without.
    private func has(_ secret: Secret, prefix: String) -> Bool {
        switch key {
        case .name: secret.name.hasPrefix(prefix)
        case .tagKey: secret.tags.contains { $0.key.hasPrefix(prefix) }
        case .tagValue: secret.tags.contains { $0.value.hasPrefix(prefix) }
        case .owningService: secret.owningService?.hasPrefix(prefix) ?? false
        // No secret here is a replica of one in another region.
        case .primaryRegion: false
        case .description: contains([secret.description], prefix)
        case .all:
            contains([secret.name, secret.description] + secret.tags.flatMap { [$0.key, $0.value] }, prefix)
        }
    }

    private func contains(_ texts: [String], _ part: String) -> Bool {
        texts.contains { $0.lowercased().contains(part.lowercased()) }
    }
}
