import Crypto
import CryptoExtras
import Foundation

/// A SCRAM-SHA-256 secret as PostgreSQL keeps it (RFC 5802, RFC 7677; `pg_authid.rolpassword`):
/// `SCRAM-SHA-256$ITERATIONS:SALT$StoredKey:ServerKey`. It proves a password and does not reveal it.
struct SCRAMVerifier: Equatable, CustomStringConvertible {
    var iterations: Int
    var salt: [UInt8]
    var storedKey: [UInt8]
    var serverKey: [UInt8]

    /// What PostgreSQL uses itself.
    static let standardIterations = 4096

    /// - Throws: `EngineError.system` for anything but printable ASCII, which is all that RDS allows and needs no SASLprep.
    init(password: String, salt: [UInt8], iterations: Int = standardIterations) throws {
        guard !password.isEmpty, password.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw EngineError.system(what: "hash the password", reason: "it is not printable ASCII")
        }
        let salted = try KDF.Insecure.PBKDF2.deriveKey(
            from: Array(password.utf8), salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: iterations)
        let clientKey = HMAC<SHA256>.authenticationCode(for: Data("Client Key".utf8), using: salted)
        self.iterations = iterations
        self.salt = salt
        storedKey = Array(SHA256.hash(data: Data(clientKey)))
        serverKey = Array(HMAC<SHA256>.authenticationCode(for: Data("Server Key".utf8), using: salted))
    }

    /// With a salt nobody has used before.
    static func make(password: String, iterations: Int = standardIterations) throws -> SCRAMVerifier {
        try SCRAMVerifier(password: password, salt: RandomBytes.make(16), iterations: iterations)
    }

    /// Nil unless `text` is a whole verifier: PostgreSQL would take anything else for a password in plain text.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "SCRAM-SHA-256" else { return nil }
        let work = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard work.count == 2, keys.count == 2, let iterations = Int(work[0]), iterations > 0,
            let salt = Data(base64Encoded: String(work[1])), !salt.isEmpty,
            let stored = Data(base64Encoded: String(keys[0])), stored.count == 32,
            let server = Data(base64Encoded: String(keys[1])), server.count == 32
        else { return nil }
        self.iterations = iterations
        self.salt = Array(salt)
        storedKey = Array(stored)
        serverKey = Array(server)
    }

    var description: String {
        func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        return "SCRAM-SHA-256$\(iterations):\(text(salt))$\(text(storedKey)):\(text(serverKey))"
    }
}

enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
