import Crypto

/// The last line of the canonical request.
enum BodyHash {
    static let unsigned = "UNSIGNED-PAYLOAD"
    /// SHA-256 of nothing.
    static let empty = Array("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".utf8)

    static func of(_ body: [UInt8]) -> [UInt8] {
        body.isEmpty ? empty : Hex.encode(SHA256.hash(data: body))
    }

    /// The hash to sign: computed, unless the client said that it did not sign the body.
    ///
    /// - Throws: `.mismatch` when the client announced another hash than the body has.
    static func verified(_ message: HTTPMessage) throws(SignatureFailure) -> [UInt8] {
        guard let announced = message.header("x-amz-content-sha256") else { return of(message.body) }
        if announced == unsigned { return Array(announced.utf8) }
        let computed = of(message.body)
        guard constantTimeEqual(computed, announced.utf8) else {
            throw .mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        return computed
    }
}
