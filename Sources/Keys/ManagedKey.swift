public import Foundation
public import Resources

/// The keys that AWS manages: one for each service and region, made at first use, rotated every year, never deleted.
public enum ManagedKey: String, Sendable, CaseIterable {
    case rds
    case secretsManager = "secretsmanager"

    public static let aliasPrefix = "alias/aws/"

    public var alias: String { Self.aliasPrefix + rawValue }

    public init?(alias: String) {
        guard alias.hasPrefix(Self.aliasPrefix) else { return nil }
        self.init(rawValue: String(alias.dropFirst(Self.aliasPrefix.count)))
    }

    /// What AWS writes there, for whoever lists keys.
    var description: String {
        switch self {
        case .rds: "Default key that protects my RDS database volumes when no other key is defined"
        case .secretsManager: "Default key that protects my Secrets Manager data when no other key is defined"
        }
    }
}

extension KeyRing {
    /// A new key, ready to be inserted.
    public func makeKey(
        region: String, manager: KMSKey.Manager, description: String, policy: String, tags: [Tag], at now: Date
    ) throws -> KMSKey {
        let id = UUID().uuidString.lowercased()
        let version = try version(1, ofKey: id, region: region, cause: .creation, at: now)
        return KMSKey(
            region: region, id: id, manager: manager, description: description, createdAt: now, versions: [version],
            policy: policy, tags: tags)
    }

    /// The key that was asked for by any of its names. An alias of AWS's own makes its key at first use.
    ///
    /// - Parameter name: nil for the service's default key.
    public func key(
        named name: String?, default standard: ManagedKey, region: String, in transaction: inout StoreTransaction, at now: Date
    ) throws -> KMSKey {
        let text = name.flatMap { $0.isEmpty ? nil : $0 } ?? standard.alias
        let keyName = try KeyName(text, region: region, account: account)
        if let found = transaction.key(keyName, region: region) { return found }
        guard case .alias(let alias) = keyName, let managed = ManagedKey(alias: alias) else { throw KeyError.notFound(text) }
        return try make(managed, region: region, in: &transaction, at: now)
    }

    /// The key that new values of a secret are sealed with.
    public func key(of secret: Secret, in transaction: inout StoreTransaction, at now: Date) throws -> KMSKey {
        try key(named: secret.kmsKeyID, default: .secretsManager, region: secret.region, in: &transaction, at: now)
    }

    private func make(
        _ managed: ManagedKey, region: String, in transaction: inout StoreTransaction, at now: Date
    ) throws -> KMSKey {
        var key = try makeKey(
            region: region, manager: .aws, description: managed.description,
            policy: KeyPolicy.standard(account: account, region: region), tags: [], at: now)
        key.rotation = KMSKey.Rotation(from: now)
        try transaction.insert(key)
        try transaction.insert(KMSAlias(region: region, name: managed.alias, targetKeyID: key.id, createdAt: now))
        return key
    }
}
