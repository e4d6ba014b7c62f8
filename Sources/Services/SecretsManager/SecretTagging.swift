internal import AWSWire
internal import Resources

/// Adds tags to a secret; a tag of the same key gets the new value.
enum TagSecret: Operation {
    static let action = "TagResource"
    static let parameters: [ParameterRule] = [.secretID, .works("Tags")]

    static func run(_ request: Request) async throws -> Answer {
        let tags = try request.secretTags()
        guard !tags.isEmpty else { throw request.missing("Tags") }
        try await request.context.store.write { tx in
            let secret = try request.liveSecret(in: tx)
            let all = secret.tags.filter { old in !tags.contains { $0.key == old.key } } + tags
            guard all.count(where: { !$0.key.hasPrefix("aws:") }) <= TagRules.limit else {
                throw SecretsManagerFault.invalidParameter("A secret cannot have more than \(TagRules.limit) tags.")
            }
            try tx.update(Secret.self, region: secret.region, id: secret.id) { $0.tags = all }
        }
        return try .empty()
    }
}

/// Takes tags off a secret. One that is not there is no mistake; one of AWS's own stays.
enum UntagSecret: Operation {
    static let action = "UntagResource"
    static let parameters: [ParameterRule] = [.secretID, .works("TagKeys")]

    static func run(_ request: Request) async throws -> Answer {
        guard let keys = try request.strings("TagKeys"), !keys.isEmpty else { throw request.missing("TagKeys") }
        if let reserved = keys.first(where: { $0.hasPrefix("aws:") }) {
            throw SecretsManagerFault.invalidParameter(
                "The tag \(request.quoted(reserved)) cannot be removed: keys that begin with aws: are reserved.")
        }
        try await request.context.store.write { tx in
            let secret = try request.liveSecret(in: tx)
            try tx.update(Secret.self, region: secret.region, id: secret.id) { secret in
                secret.tags.removeAll { keys.contains($0.key) }
            }
        }
        return try .empty()
    }
}
