import Crypto
import Synchronization

/// Derives signing keys and remembers them: four HMACs for each day, region and service instead of for each request.
///
/// At most `limit` are kept; when full, all are forgotten, which costs each caller one derivation.
public final class SigningKeys: Sendable {
    private struct Entry {
        /// The secret that the key was made from: a key that was given a new secret is derived again.
        var secret: String
        var key: SymmetricKey
    }

    private let entries = Mutex<[CredentialScope: Entry]>([:])
    private let limit: Int

    public init(limit: Int = 1024) { self.limit = limit }

    /// The number of keys remembered now.
    public var count: Int { entries.withLock { $0.count } }

    func key(for scope: CredentialScope, secret: String) -> SymmetricKey {
        if let entry = entries.withLock({ $0[scope] }), entry.secret == secret { return entry.key }
        let key = Self.derive(scope, secret: secret)
        entries.withLock { entries in
            if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
            entries[scope] = Entry(secret: secret, key: key)
        }
        return key
    }

    /// `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), service), "aws4_request")`
    static func derive(_ scope: CredentialScope, secret: String) -> SymmetricKey {
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for part in [scope.day, scope.region, scope.service, CredentialScope.terminator] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return key
    }

    /// The signature of a canonical request: 64 hexadecimal digits.
    static func signature(
        ofCanonicalRequest canonical: [UInt8], timestamp: String, scope: CredentialScope, key: SymmetricKey
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(192)
        text.append(contentsOf: "\(SignatureClaim.algorithm)\n\(timestamp)\n\(scope.text)\n".utf8)
        text.append(contentsOf: Hex.encode(SHA256.hash(data: canonical)))
        return Hex.encode(HMAC<SHA256>.authenticationCode(for: text, using: key))
    }
}

/// True when both are the same, in a time that does not tell where they differ.
public func constantTimeEqual(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
