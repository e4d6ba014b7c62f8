internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A password's hash in Werkzeug's form, which the note's Flask application writes and reads:
/// `scrypt:32768:8:1$SALT$HEX` and `pbkdf2:sha256:600000$SALT$HEX`.
struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    enum Method: Sendable, Equatable {
        case scrypt(rounds: Int, blockSize: Int, parallelism: Int)
        case pbkdf2(iterations: Int)
    }

    var method: Method
    var salt: String
    var digest: [UInt8]

    /// What new passwords get.
    static let usual = Method.scrypt(rounds: 32_768, blockSize: 8, parallelism: 1)

    /// Nil for what is no such hash, or asks for more work than we do.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[1].isEmpty, parts[1].utf8.count <= 64, let digest = Self.bytes(parts[2]) else {
            return nil
        }
        let words = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        switch (words.first, words.count) {
        case ("scrypt", 4):
            guard let rounds = Int(words[1]), let blockSize = Int(words[2]), let parallelism = Int(words[3]),
                (1024...131_072).contains(rounds), rounds & (rounds - 1) == 0, (1...16).contains(blockSize),
                (1...4).contains(parallelism), digest.count == 64
            else { return nil }
            method = .scrypt(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        case ("pbkdf2", 3) where words[1] == "sha256":
            guard let iterations = Int(words[2]), (100_000...2_000_000).contains(iterations), digest.count == 32 else {
                return nil
            }
            method = .pbkdf2(iterations: iterations)
        default: return nil
        }
        salt = String(parts[1])
        self.digest = digest
    }

    init(of password: String, method: Method = usual, salt: String) throws {
        self.method = method
        self.salt = salt
        digest = try Self.derive(password, method, salt)
    }

    /// A hash with a salt of its own.
    static func make(of password: String) throws -> PasswordHash { try PasswordHash(of: password, salt: Passwords.random()) }

    /// Whether it is this password's. Takes as long as making one.
    func matches(_ password: String) throws -> Bool {
        let other = try Self.derive(password, method, salt)
        guard other.count == digest.count else { return false }
        // No byte tells by the time it takes.
        return zip(other, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, _ method: Method, _ salt: String) throws -> [UInt8] {
        let (password, salt) = (Data(password.utf8), Data(salt.utf8))
        let key: SymmetricKey
        switch method {
        case .scrypt(let rounds, let blockSize, let parallelism):
            key = try KDF.Scrypt.deriveKey(
                from: password, salt: salt, outputByteCount: 64, rounds: rounds, blockSize: blockSize,
                parallelism: parallelism, maxMemory: 256 << 20)
        case .pbkdf2(let iterations):
            key = try KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: iterations)
        }
        return key.withUnsafeBytes { Array($0) }
    }

    var description: String {
        let hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        switch method {
        case .scrypt(let rounds, let blockSize, let parallelism):
            return "scrypt:\(rounds):\(blockSize):\(parallelism)$\(salt)$\(hex)"
        case .pbkdf2(let iterations): return "pbkdf2:sha256:\(iterations)$\(salt)$\(hex)"
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// Hashes one password at a time: it is slow on purpose, and must leave room for other work.
actor Passwords {
    static let shared = Passwords()

    /// 16 letters and digits by the system's generator: 95 bits.
    static func random() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    func hash(_ password: NewPassword) throws -> PasswordHash {
        switch password {
        case .plain(let text): try PasswordHash.make(of: text)
        case .hashed(let hash): hash
        }
    }

    func matches(_ password: String, _ hash: PasswordHash) throws -> Bool { try hash.matches(password) }
}
