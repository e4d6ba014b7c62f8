internal import Crypto
internal import Foundation

/// AES-256-GCM of one message under the material of a key's version.
enum MessageCipher {
    static func seal(
        _ plaintext: some DataProtocol, material: SymmetricKey, keyID: String, version: Int, context: EncryptionContext,
        salt: [UInt8], nonce: [UInt8]
    ) throws -> CiphertextBlob {
        let header = CiphertextBlob.header(keyID: keyID, version: version)
        let box = try AES.GCM.seal(
            plaintext, using: messageKey(material, salt: salt, header: header), nonce: AES.GCM.Nonce(data: nonce),
            authenticating: header + context.bytes)
        return CiphertextBlob(
            keyID: keyID, version: version, salt: salt, nonce: nonce, body: Array(box.ciphertext) + Array(box.tag))
    }

    static func open(_ blob: CiphertextBlob, material: SymmetricKey, context: EncryptionContext) throws(KeyError) -> Data {
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: blob.nonce), ciphertext: blob.body.dropLast(CiphertextBlob.tagBytes),
                tag: blob.body.suffix(CiphertextBlob.tagBytes))
            return try AES.GCM.open(
                box, using: messageKey(material, salt: blob.salt, header: blob.header),
                authenticating: blob.header + context.bytes)
        } catch {
            throw .invalidCiphertext
        }
    }

    private static func messageKey(_ material: SymmetricKey, salt: [UInt8], header: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: salt, info: Array("martlet kms message".utf8) + header, outputByteCount: 32)
    }
}
