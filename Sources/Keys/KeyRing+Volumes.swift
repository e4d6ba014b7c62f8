public import Crypto
internal import Foundation
public import Resources

/// Volumes at rest: each has a data key of its own, bound to its instance.
extension KeyRing {
    /// What a volume's key is bound to, as RDS calls KMS (KMS developer guide, "How Amazon RDS uses AWS KMS").
    public static func volumeContext(_ resourceID: String) -> EncryptionContext { ["aws:rds:db-id": resourceID] }

    /// A new key for a volume, encrypted by a KMS key.
    public func makeVolumeKey(instance resourceID: String, under key: KMSKey) throws -> [UInt8] {
        try makeDataKey(under: key, Self.volumeContext(resourceID)).wrapped
    }

    /// The key of an instance's volume; nil where nothing is encrypted.
    ///
    /// - Throws: `KeyError` while the KMS key cannot be used.
    public func volumeKey(of instance: DBInstance, in documents: some DocumentReader) throws(KeyError) -> SymmetricKey? {
        guard let encryption = instance.volume?.encryption else { return nil }
        return try dataKey(
            from: encryption.dataKey, Self.volumeContext(instance.resourceID), region: instance.region, in: documents)
    }
}
