internal import AWSWire
internal import Resources

extension Request {
    /// The secret that `SecretId` names: a name, an ARN, or an ARN without the suffix.
    func secret() throws -> Secret {
        let id = try required("SecretId")
        guard id.utf8.count <= 2048, let secret = find(id) else {
            throw Fault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        }
        return secret
    }

    private func find(_ id: String) -> Secret? {
        guard let arn = ARN(id) else { return context.store.find(Secret.self, region: region, name: id) }
        guard arn.service == "secretsmanager", arn.region == region, arn.account == context.account,
            arn.resource.hasPrefix("secret:")
        else { return nil }
        return context.store.get(Secret.self, region: region, id: id)
            ?? context.store.find(Secret.self, region: region, name: String(arn.resource.dropFirst("secret:".count)))
    }
}
