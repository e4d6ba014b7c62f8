public import Foundation

/// Checks Signature Version 4, in the `Authorization` header or presigned in the query string.
///
/// As on AWS a request may be repeated while it is valid: there is no nonce, but 15 minutes either way.
public struct SignatureVerifier: Sendable {
    /// How far the clocks of client and server may be apart.
    public static let skewLimitSeconds = 15 * 60

    private let accessKeys: any AccessKeys
    private let signingKeys: SigningKeys

    public init(accessKeys: any AccessKeys, signingKeys: SigningKeys = SigningKeys()) {
        self.accessKeys = accessKeys
        self.signingKeys = signingKeys
    }

    /// Returns when the claim is true of the message.
    ///
    /// Region and service of the scope are the caller's to judge: here they only go into the key.
    ///
    /// - Parameters:
    ///   - query: the decoded pairs of the message's query string.
    ///   - now: the time to judge the claim's date by.
    public func verify(
        _ claim: SignatureClaim, of message: HTTPMessage, query: [FormPair], now: Date
    ) throws(SignatureFailure) {
        try Self.checkTime(of: claim, now: AmzDate(seconds: Int(now.timeIntervalSince1970.rounded(.down))))
        guard let accessKey = accessKeys.accessKey(claim.scope.accessKeyID) else { throw .unknownKey }
        guard constantTimeEqual((claim.sessionToken ?? "").utf8, (accessKey.sessionToken ?? "").utf8) else {
            throw .unknownKey
        }
        // The action of a JSON request is in this header: it may not be left out of the signature.
        if message.header("x-amz-target") != nil, !claim.signedHeaders.contains("x-amz-target") {
            throw .mismatch("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.")
        }
        let canonical = CanonicalRequest.bytes(
            message, query: claim.form == .header ? query : query.filter { $0.name != "X-Amz-Signature" },
            signedHeaders: claim.signedHeaders, bodyHash: try BodyHash.verified(message))
        let expected = SigningKeys.signature(
            ofCanonicalRequest: canonical, timestamp: claim.timestamp, scope: claim.scope,
            key: signingKeys.key(for: claim.scope, secret: accessKey.secret))
        guard constantTimeEqual(expected, claim.signature.utf8) else { throw SignatureFailure.wrongSignature }
    }

    static func checkTime(of claim: SignatureClaim, now: AmzDate) throws(SignatureFailure) {
        let latest = now + skewLimitSeconds
        if claim.date > latest {
            throw .skewed(
                "Signature not yet current: \(claim.date.text) is still later than \(latest.text) (\(now.text) + 15 min.)")
        }
        switch claim.form {
        case .header:
            let earliest = now - skewLimitSeconds
            guard claim.date < earliest else { return }
            throw .skewed("Signature expired: \(claim.date.text) is now earlier than \(earliest.text) (\(now.text) - 15 min.)")
        case .presigned(let expiresSeconds):
            let end = claim.date + expiresSeconds
            guard end < now else { return }
            throw .expired("Request has expired. It was valid until \(end.text), and it is now \(now.text).")
        }
    }
}
