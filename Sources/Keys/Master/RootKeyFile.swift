internal import Crypto
internal import CryptoExtras
internal import Foundation

/// `DIR/keys/root.json`: the root keys, encrypted by the master key, and how that comes about. Worth nothing without it.
struct RootKeyFile: Codable, Sendable, Equatable {
    static let currentFormat = 1

    struct WrappedRoot: Codable, Sendable, Equatable {
        var id: String
        /// Nonce, ciphertext and tag of AES-256-GCM.
        var wrapped: Data
        var createdAt: Date
    }

    /// Where the master key comes from.
    enum Protection: Codable, Sendable, Equatable {
        /// A file of 32 random bytes beside this one, by its name.
        case file(name: String)
        /// A passphrase that is given at each start, by whatever way.
        case passphrase(Scrypt)
    }

    /// How much work a guess costs (RFC 7914).
    struct Scrypt: Codable, Sendable, Equatable {
        var salt: Data
        var rounds: Int
        var blockSize: Int
        var parallelism: Int

        /// 128 MiB and some tenths of a second for each guess (OWASP, "Password Storage Cheat Sheet").
        static func standard() -> Scrypt {
            Scrypt(salt: Data(RandomBytes.make(16)), rounds: 1 << 17, blockSize: 8, parallelism: 1)
        }

        func key(from passphrase: [UInt8]) throws -> SymmetricKey {
            try KDF.Scrypt.deriveKey(
                from: passphrase, salt: salt, outputByteCount: 32, rounds: rounds, blockSize: blockSize,
                parallelism: parallelism)
        }
    }

    var format = Self.currentFormat
    var protection: Protection
    /// The present one first; another only while a rotation is under way.
    var roots: [WrappedRoot]

    init(protection: Protection, roots: [RootKey], masterKey: SymmetricKey, at now: Date) throws {
        self.protection = protection
        self.roots = try roots.map { root in
            let plain = root.key.withUnsafeBytes { Data($0) }
            let box = try AES.GCM.seal(plain, using: masterKey, authenticating: Self.name(root.id))
            return WrappedRoot(id: root.id, wrapped: Data(box.nonce) + box.ciphertext + box.tag, createdAt: now)
        }
    }

    /// - Throws: `MasterKeyError.wrong` when the master key does not open it.
    func open(with masterKey: SymmetricKey) throws -> RootKeys {
        let open = try roots.map { root in
            do {
                let box = try AES.GCM.SealedBox(combined: root.wrapped)
                var plain = try AES.GCM.open(box, using: masterKey, authenticating: Self.name(root.id))
                defer { plain.resetBytes(in: plain.startIndex..<plain.endIndex) }
                return RootKey(id: root.id, key: SymmetricKey(data: plain))
            } catch {
                throw MasterKeyError.wrong
            }
        }
        guard let current = open.first else { throw MasterKeyError.unusable("root.json holds no root key") }
        return RootKeys(current: current, former: Array(open.dropFirst()))
    }

    private static func name(_ id: String) -> [UInt8] { Array("martlet root key \(id)".utf8) }
}
