internal import Crypto
public import Foundation
public import Resources

/// The value of a secret, in plain text.
public enum SecretValue: Sendable, Equatable {
    case string(String)
    case binary(Data)

    var bytes: Data {
        switch self {
        case .string(let text): Data(text.utf8)
        case .binary(let data): data
        }
    }

    var isBinary: Bool {
        if case .binary = self { true } else { false }
    }
}

/// Values of secrets at rest: each version has a data key of its own, bound to the secret and the version.
extension KeyRing {
    /// - Parameter arn: of the secret.
    /// - Throws: `KeyError` when the key cannot be used.
    public func seal(_ value: SecretValue, secret arn: String, version id: String, under key: KMSKey) throws -> Secret.Sealed {
        let dataKey = try makeDataKey(under: key, Self.context(arn, id))
        var plain = value.bytes
        defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
        let box = try AES.GCM.seal(plain, using: dataKey.key, authenticating: Array(id.utf8))
        return Secret.Sealed(
            keyID: key.id, dataKey: Data(dataKey.wrapped), body: Data(box.nonce) + box.ciphertext + box.tag,
            isBinary: value.isBinary)
    }

    /// - Throws: `KeyError`.
    public func open(
        _ version: Secret.Version, of secret: Secret, in documents: some DocumentReader
    ) throws(KeyError) -> SecretValue {
        guard let sealed = version.sealed else { throw .invalidCiphertext }
        let dataKey = try dataKey(
            from: sealed.dataKey, Self.context(secret.arn, version.id), region: secret.region, in: documents)
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.body)
            let plain = try AES.GCM.open(box, using: dataKey, authenticating: Array(version.id.utf8))
            if sealed.isBinary { return .binary(plain) }
            guard let text = String(bytes: plain, encoding: .utf8) else { throw KeyError.invalidCiphertext }
            return .string(text)
        } catch {
            throw .invalidCiphertext
        }
    }

    /// As Secrets Manager calls KMS (user guide, "Secret encryption and decryption").
    private static func context(_ arn: String, _ version: String) -> EncryptionContext {
        ["SecretARN": arn, "SecretVersionId": version]
    }
}
