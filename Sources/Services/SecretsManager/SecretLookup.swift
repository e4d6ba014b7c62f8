internal import AWSWire
internal import Resources

extension Request {
    /// The secret that `SecretId` names: a name, an ARN, or an ARN without the suffix. One that is marked for deletion counts.
    func secret(in documents: some DocumentReader) throws -> Secret {
        let id = try required("SecretId")
        guard let secret = find(id, documents) else { throw SecretsManagerFault.notFound }
        return secret
    }

    func secret() throws -> Secret { try secret(in: context.store) }

    /// - Throws: also when it is marked for deletion.
    func liveSecret(in documents: some DocumentReader) throws -> Secret {
        let secret = try secret(in: documents)
        guard secret.deletionAt == nil else { throw SecretsManagerFault.deleted }
        return secret
    }

    /// - Throws: also when a service manages it: its value and its life are that service's.
    func ownSecret(in documents: some DocumentReader) throws -> Secret {
        let secret = try liveSecret(in: documents)
        if let service = secret.owningService { throw SecretsManagerFault.managed(secret, by: service) }
        return secret
    }

    func find(_ id: String, _ documents: some DocumentReader) -> Secret? {
        guard id.utf8.count <= 2048 else { return nil }
        guard let arn = ARN(id) else { return documents.find(Secret.self, region: region, name: id) }
        guard arn.service == "secretsmanager", arn.region == region, arn.account == context.account,
            arn.resource.hasPrefix("secret:")
        else { return nil }
        return documents.get(Secret.self, region: region, id: id)
            ?? documents.find(Secret.self, region: region, name: String(arn.resource.dropFirst("secret:".count)))
    }
}
