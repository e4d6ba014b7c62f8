internal import Foundation

/// What KMS answers to Encrypt: it says by which key, and which version of it, it was made.
///
/// | bytes | what |
/// |---|---|
/// | 1 | format, 1 |
/// | 16 | the key's id, a UUID |
/// | 4 | the version of its material, big-endian |
/// | 16 | salt: with the material it makes the key of this one message (HKDF-SHA256) |
/// | 12 | nonce |
/// | n + 16 | AES-256-GCM's ciphertext and tag |
///
/// The first three and the encryption context are authenticated with it. A key of its own for each message keeps random
/// nonces safe however much a key encrypts (NIST SP 800-38D, 8.3, limits one key to 2³² of them).
public struct CiphertextBlob: Sendable, Equatable {
    static let format: UInt8 = 1
    static let saltBytes = 16
    static let nonceBytes = 12
    static let tagBytes = 16
    static let headerBytes = 1 + 16 + 4
    /// What a ciphertext is longer than its plaintext.
    public static let overheadBytes = headerBytes + saltBytes + nonceBytes + tagBytes

    public let keyID: String
    public let version: Int
    let salt: [UInt8]
    let nonce: [UInt8]
    /// Ciphertext and tag.
    let body: [UInt8]

    init(keyID: String, version: Int, salt: [UInt8], nonce: [UInt8], body: [UInt8]) {
        self.keyID = keyID
        self.version = version
        self.salt = salt
        self.nonce = nonce
        self.body = body
    }

    /// - Throws: `KeyError.invalidCiphertext` for whatever does not have this form.
    public init(_ bytes: some Collection<UInt8>) throws(KeyError) {
        let bytes = Array(bytes)
        guard bytes.count >= Self.overheadBytes, bytes[0] == Self.format else { throw .invalidCiphertext }
        keyID = Self.uuid(bytes[1..<17])
        version = bytes[17..<21].reduce(0) { $0 << 8 | Int($1) }
        var index = Self.headerBytes
        salt = Array(bytes[index..<index + Self.saltBytes])
        index += Self.saltBytes
        nonce = Array(bytes[index..<index + Self.nonceBytes])
        body = Array(bytes[(index + Self.nonceBytes)...])
    }

    public var bytes: [UInt8] { header + salt + nonce + body }

    var header: [UInt8] { Self.header(keyID: keyID, version: version) }

    static func header(keyID: String, version: Int) -> [UInt8] {
        let uuid = UUID(uuidString: keyID).map { withUnsafeBytes(of: $0.uuid) { Array($0) } } ?? []
        return [format] + uuid + UInt32(version).bigEndianBytes
    }

    private static func uuid(_ bytes: ArraySlice<UInt8>) -> String {
        let bytes = Array(bytes)
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Array(bytes[$0]).lowerHex }.joined(separator: "-")
    }
}
