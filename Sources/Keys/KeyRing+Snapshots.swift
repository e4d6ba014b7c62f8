public import Crypto
internal import Foundation
public import Resources

/// Snapshots at rest: each encrypted one has a data key of its own, bound to it.
extension KeyRing {
    /// What a snapshot's key is bound to.
    public static func snapshotContext(_ id: String) -> EncryptionContext { ["aws:rds:snapshot-id": id] }

    /// A new key for a snapshot, encrypted by a KMS key.
    ///
    /// - Parameter id: `DBSnapshot.snapshotID`.
    public func makeSnapshotKey(snapshot id: String, under key: KMSKey) throws -> DBSnapshot.Encryption {
        let wrapped = try makeDataKey(under: key, Self.snapshotContext(id)).wrapped
        return DBSnapshot.Encryption(keyARN: key.arn(account: account), dataKey: Data(wrapped))
    }

    /// The key of a snapshot's files; nil where nothing is encrypted.
    ///
    /// - Throws: `KeyError` while the KMS key cannot be used.
    public func snapshotKey(of snapshot: DBSnapshot, in documents: some DocumentReader) throws(KeyError) -> SymmetricKey? {
        guard let encryption = snapshot.encryption else { return nil }
        return try dataKey(
            from: encryption.dataKey, Self.snapshotContext(snapshot.snapshotID), region: snapshot.region, in: documents)
    }
}
