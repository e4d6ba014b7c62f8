internal import Crypto
internal import Foundation
internal import Resources

/// The key at the top of an installation: it wraps the material of every KMS key, and nothing else.
public struct RootKey: Sendable {
    /// Eight hexadecimal digits; tells roots apart while one takes another's place.
    public let id: String
    let key: SymmetricKey

    init(id: String, key: SymmetricKey) {
        self.id = id
        self.key = key
    }

    static func fresh() -> RootKey {
        RootKey(id: RandomBytes.make(4).lowerHex, key: SymmetricKey(size: .bits256))
    }

    func wrap(_ material: SymmetricKey, of key: MaterialName, nonce: [UInt8] = RandomBytes.make(12)) throws -> Data {
        let plain = material.withUnsafeBytes { Data($0) }
        let box = try AES.GCM.seal(plain, using: self.key, nonce: AES.GCM.Nonce(data: nonce), authenticating: key.bytes)
        return Data(nonce) + box.ciphertext + box.tag
    }

    func unwrap(_ wrapped: Data, of name: MaterialName) throws -> SymmetricKey {
        var plain = try AES.GCM.open(AES.GCM.SealedBox(combined: wrapped), using: key, authenticating: name.bytes)
        defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
        return SymmetricKey(data: plain)
    }
}

/// Which material a wrapped one is: it opens as no other.
struct MaterialName {
    var region: String
    var keyID: String
    var version: Int

    var bytes: [UInt8] {
        EncryptionContext(["martlet": "key material", "region": region, "key": keyID, "version": String(version)]).bytes
    }
}

/// The roots of an installation: the present one, and the one before it while a rotation is under way.
public struct RootKeys: Sendable {
    public let current: RootKey
    let former: [RootKey]

    public init(current: RootKey, former: [RootKey] = []) {
        self.current = current
        self.former = former
    }

    /// Roots that live as long as the process, for tests.
    public static func ephemeral() -> RootKeys { RootKeys(current: .fresh()) }

    func root(_ id: String) -> RootKey? { ([current] + former).first { $0.id == id } }
}
