internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

extension Request {
    /// The key that a management operation is about: an id or an ARN. An alias names no key there, as on AWS.
    func managedKey(in documents: some DocumentReader) throws -> KMSKey {
        let text = try requiredText("KeyId", Self.keyIDLength)
        let name = try KeyName(text, region: region, account: account)
        if case .alias = name {
            throw ARN(text) == nil
                ? Fault("NotFoundException", "Invalid keyId '\(quoted(text))'")
                : Fault("InvalidArnException", "\(quoted(text)) is an alias: this operation takes a key id or a key ARN.")
        }
        guard let key = documents.key(name, region: region) else { throw KeyError.notFound(text) }
        return key
    }

    /// The key for a cryptographic operation, by any of its names. AWS's own keys come into being when they are first named.
    func usableKey(_ parameter: String = "KeyId") async throws -> KMSKey {
        let text = try requiredText(parameter, Self.keyIDLength)
        let key = try await key(named: text)
        try context.keys.checkUsable(key)
        return key
    }

    func key(named text: String) async throws -> KMSKey {
        let name = try KeyName(text, region: region, account: account)
        if let found = context.store.key(name, region: region) { return found }
        guard case .alias(let alias) = name, let managed = ManagedKey(alias: alias) else { throw KeyError.notFound(text) }
        return try await context.store.write { [context, region] tx in
            try context.keys.key(named: alias, default: managed, region: region, in: &tx, at: context.now())
        }
    }

    /// Changes a customer's key in one transaction.
    ///
    /// - Parameter whilePendingDeletion: allowed in that state as well.
    @discardableResult
    func changeKey(
        whilePendingDeletion: Bool = false, _ change: @escaping @Sendable (inout KMSKey) throws -> Void
    ) async throws -> KMSKey {
        try await context.store.write { [self] tx in
            let key = try managedKey(in: tx)
            guard key.manager == .customer else { throw KMSFault.managedByAWS(key, self) }
            if case .pendingDeletion = key.state, !whilePendingDeletion {
                throw KMSFault.pendingDeletion(key.arn(account: account))
            }
            return try tx.update(KMSKey.self, region: key.region, id: key.id, change)
        }
    }
}
