internal import AWSWire
internal import Keys
internal import Resources

/// Which KMS key a snapshot is encrypted under: the one of what it shows, unless a copy gets another.
enum SnapshotEncryption {
    /// The encryption of a new snapshot. Its key is made now: from now on it takes the KMS key to read it.
    ///
    /// - Parameter keyName: an id, an alias, or the ARN of either.
    static func make(
        _ id: String, under keyName: String, _ transaction: inout StoreTransaction, _ request: Request
    ) throws -> DBSnapshot.Encryption {
        let keys = request.context.keys
        do {
            let key = try keys.key(
                named: keyName, default: .rds, region: request.region, in: &transaction, at: request.context.now())
            return try keys.makeSnapshotKey(snapshot: id, under: key)
        } catch let error as KeyError {
            throw RDSFault.keyNotAccessible("\(error)")
        }
    }

    /// What a copy is encrypted under; nil for not at all. A KMS key belongs to its region.
    ///
    /// - Parameter asked: `KmsKeyId`.
    static func keyName(ofCopy source: DBSnapshot, asked: String?, _ request: Request) throws -> String? {
        guard let encryption = source.encryption, asked == nil else { return asked }
        guard source.region == request.region else {
            throw Fault.invalidParameterCombination(
                "The snapshot \(source.identifier) is encrypted by a KMS key of \(source.region): a copy of it in another region "
                    + "needs the parameter KmsKeyId, a key of \(request.region).")
        }
        return encryption.keyARN
    }

    /// - Throws: `KMSKeyNotAccessibleFault` while its files cannot be read.
    static func checkReadable(_ snapshot: DBSnapshot, _ transaction: StoreTransaction, _ request: Request) throws {
        do { _ = try request.context.keys.snapshotKey(of: snapshot, in: transaction) } catch {
            throw RDSFault.keyNotAccessible("\(error)")
        }
    }
}
