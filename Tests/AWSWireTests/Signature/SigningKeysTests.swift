import Crypto
import Testing

@testable import AWSWire

@Suite("Derived keys")
struct SigningKeysTests {
    func scope(_ region: String) -> CredentialScope {
        CredentialScope(accessKeyID: "AKIDEXAMPLE", day: "20150830", region: region, service: "iam")
    }

    /// From "Examples of how to derive a signing key for Signature Version 4" of the AWS General Reference.
    @Test("AWS's example")
    func example() {
        let key = SigningKeys.derive(scope("us-east-1"), secret: exampleSecret)
        let digits = key.withUnsafeBytes { String(decoding: Hex.encode($0), as: UTF8.self) }
        #expect(digits == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test("Remembered up to the limit, and never more")
    func bounded() {
        let keys = SigningKeys(limit: 4)
        for number in 0..<50 {
            _ = keys.key(for: scope("r\(number)"), secret: exampleSecret)
            #expect(keys.count <= 4)
        }
        _ = keys.key(for: scope("r49"), secret: exampleSecret)
        #expect(keys.count <= 4)
    }

    @Test("A new secret for the same key id is noticed")
    func rotated() {
        let keys = SigningKeys()
        let first = keys.key(for: scope("us-east-1"), secret: "one")
        let second = keys.key(for: scope("us-east-1"), secret: "two")
        #expect(first != second)
        #expect(keys.key(for: scope("us-east-1"), secret: "one") == first)
    }

    @Test("Neither an access key nor what holds it tells the secret")
    func discreet() {
        #expect(!"\(exampleKey) \(String(reflecting: exampleKey))".contains(exampleSecret))
        #expect(!"\(exampleKeys) \(testWire)".contains(exampleSecret))
        #expect(!"\(testWire)".contains(exampleToken))
    }
}
