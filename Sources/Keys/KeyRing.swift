public import Crypto
public import Foundation
public import Resources

/// A key for data, and the same key encrypted by a KMS key: keep the second, forget the first after use.
public struct DataKey: Sendable {
    public let key: SymmetricKey
    /// A KMS ciphertext; `KeyRing.dataKey(from:)` opens it.
    public let wrapped: [UInt8]
}

/// Encrypts and decrypts with KMS keys, and wraps data keys for secrets, volumes and snapshots.
///
/// Key material exists outside of its wrapping for the time of one call only.
public struct KeyRing: Sendable {
    let roots: RootKeys
    /// Twelve digits: whose keys these are.
    public let account: String

    public init(_ roots: RootKeys, account: String) {
        self.roots = roots
        self.account = account
    }

    public func randomBytes(_ count: Int) -> [UInt8] { RandomBytes.make(count) }

    // MARK: Material

    /// Fresh material, wrapped by the root.
    public func version(
        _ number: Int, ofKey id: String, region: String, cause: KMSKey.Version.Cause, at now: Date
    ) throws -> KMSKey.Version {
        let name = MaterialName(region: region, keyID: id, version: number)
        let wrapped = try roots.current.wrap(SymmetricKey(size: .bits256), of: name)
        return KMSKey.Version(
            number: number, materialID: RandomBytes.make(32).lowerHex, rootID: roots.current.id, wrapped: wrapped, createdAt: now,
            cause: cause)
    }

    /// The same material, wrapped by the current root.
    public func rewrapped(_ version: KMSKey.Version, of key: KMSKey) throws -> KMSKey.Version {
        guard version.rootID != roots.current.id else { return version }
        let name = MaterialName(region: key.region, keyID: key.id, version: version.number)
        var new = version
        new.wrapped = try roots.current.wrap(material(version, of: key), of: name)
        new.rootID = roots.current.id
        return new
    }

    private func material(_ version: KMSKey.Version, of key: KMSKey) throws(KeyError) -> SymmetricKey {
        let name = MaterialName(region: key.region, keyID: key.id, version: version.number)
        do {
            guard let root = roots.root(version.rootID) else { throw KeyError.notFound(version.rootID) }
            return try root.unwrap(version.wrapped, of: name)
        } catch {
            throw .unusableMaterial(arn: key.arn(account: account), rootID: version.rootID)
        }
    }

    // MARK: Messages

    /// Encrypts with the newest version of a key.
    ///
    /// - Throws: `KeyError` when the key is disabled or about to be deleted.
    public func encrypt(
        _ plaintext: some DataProtocol, under key: KMSKey, _ context: EncryptionContext
    ) throws -> CiphertextBlob {
        try checkUsable(key)
        guard let version = key.versions.last else { throw KeyError.notFound(key.id) }
        return try MessageCipher.seal(
            plaintext, material: material(version, of: key), keyID: key.id, version: version.number, context: context,
            salt: RandomBytes.make(CiphertextBlob.saltBytes), nonce: RandomBytes.make(CiphertextBlob.nonceBytes))
    }

    /// Decrypts with the key and the version that the ciphertext names; the caller clears the answer.
    public func decrypt(_ blob: CiphertextBlob, under key: KMSKey, _ context: EncryptionContext) throws(KeyError) -> Data {
        guard blob.keyID == key.id else { throw .incorrectKey }
        try checkUsable(key)
        guard let version = key.versions.first(where: { $0.number == blob.version }) else { throw .invalidCiphertext }
        return try MessageCipher.open(blob, material: material(version, of: key), context: context)
    }

    public func checkUsable(_ key: KMSKey) throws(KeyError) {
        switch key.state {
        case .enabled: return
        case .disabled: throw .disabled(arn: key.arn(account: account))
        case .pendingDeletion: throw .pendingDeletion(arn: key.arn(account: account))
        }
    }

    // MARK: Data keys

    /// A new key for data, of 256 bits, bound to what it is for by the context.
    public func makeDataKey(under key: KMSKey, _ context: EncryptionContext) throws -> DataKey {
        let fresh = SymmetricKey(size: .bits256)
        let blob = try fresh.withUnsafeBytes { try encrypt(Array($0), under: key, context) }
        return DataKey(key: fresh, wrapped: blob.bytes)
    }

    /// Opens a wrapped data key with the KMS key that it names.
    public func dataKey(
        from wrapped: some Collection<UInt8>, _ context: EncryptionContext, region: String, in documents: some DocumentReader
    ) throws(KeyError) -> SymmetricKey {
        let blob = try CiphertextBlob(wrapped)
        guard let key = documents.get(KMSKey.self, region: region, id: blob.keyID) else { throw .notFound(blob.keyID) }
        var plain = try decrypt(blob, under: key, context)
        defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
        return SymmetricKey(data: plain)
    }

    /// The same data key under another KMS key (`ReEncrypt`): what it encrypts stays as it is.
    public func rewrap(
        _ wrapped: some Collection<UInt8>, _ context: EncryptionContext, region: String, under key: KMSKey,
        _ newContext: EncryptionContext, in documents: some DocumentReader
    ) throws -> [UInt8] {
        let plain = try dataKey(from: wrapped, context, region: region, in: documents)
        return try plain.withUnsafeBytes { try encrypt(Array($0), under: key, newContext).bytes }
    }
}
