public import Foundation

/// Signs requests with Signature Version 4: what the command line uses to call this very API, and what makes login tokens.
public struct RequestSigner: Sendable {
    private let accessKey: AccessKey
    private let region: String
    private let service: String

    /// - Parameter service: the signing name: `rds`, `secretsmanager`; `rds-db` for login tokens.
    public init(accessKey: AccessKey, region: String, service: String) {
        self.accessKey = accessKey
        self.region = region
        self.service = service
    }

    /// The message with `X-Amz-Date`, `X-Amz-Security-Token` (for temporary credentials) and `Authorization` added.
    ///
    /// Every header but those that a proxy may change is signed; `host` must be among them.
    ///
    /// - Throws: `Fault` when the query string is malformed.
    public func sign(_ message: HTTPMessage, at now: Date) throws(Fault) -> HTTPMessage {
        var signed = message
        let date = AmzDate(seconds: Int(now.timeIntervalSince1970.rounded(.down)))
        signed.headers.removeAll { ["authorization", "date", "x-amz-date", "x-amz-security-token"].contains($0.name) }
        signed.headers.append((name: "x-amz-date", value: date.text))
        if let token = accessKey.sessionToken { signed.headers.append((name: "x-amz-security-token", value: token)) }
        let names = Set(signed.headers.map(\.name)).subtracting(Self.unsignedHeaders).sorted()
        let announced = signed.header("x-amz-content-sha256").map { Array($0.utf8) }
        let canonical = CanonicalRequest.bytes(
            signed, query: try FormDecoder.pairs(signed.query), signedHeaders: names,
            bodyHash: announced ?? BodyHash.of(signed.body))
        let scope = scope(date)
        let signature = signature(canonical, date, scope)
        let value =
            "\(SignatureClaim.algorithm) Credential=\(accessKey.id)/\(scope.text), "
            + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
        signed.headers.append((name: "authorization", value: value))
        return signed
    }

    /// The query string that makes `GET PATH?…` on that host valid for `expiresSeconds`, with the signature last.
    ///
    /// Only `host` is signed and the body is empty. A login token is `HOST:PORT/?` and the query for the parameters
    /// `Action=connect`, `DBUser=…` (botocore's `generate_db_auth_token`).
    public func presignedQuery(
        method: String = "GET", host: String, path: String = "/", parameters: [(name: String, value: String)],
        expiresSeconds: Int, at now: Date
    ) -> String {
        let date = AmzDate(seconds: Int(now.timeIntervalSince1970.rounded(.down)))
        let scope = scope(date)
        var pairs = parameters.map { FormPair(name: $0.name, value: $0.value) }
        pairs += [
            FormPair(name: "X-Amz-Algorithm", value: SignatureClaim.algorithm),
            FormPair(name: "X-Amz-Credential", value: "\(accessKey.id)/\(scope.text)"),
            FormPair(name: "X-Amz-Date", value: date.text),
            FormPair(name: "X-Amz-Expires", value: String(expiresSeconds)),
            FormPair(name: "X-Amz-SignedHeaders", value: "host"),
        ]
        if let token = accessKey.sessionToken { pairs.append(FormPair(name: "X-Amz-Security-Token", value: token)) }
        let message = HTTPMessage(method: method, path: path, query: "", headers: [(name: "host", value: host)], body: [])
        let canonical = CanonicalRequest.bytes(message, query: pairs, signedHeaders: ["host"], bodyHash: BodyHash.empty)
        pairs.append(FormPair(name: "X-Amz-Signature", value: signature(canonical, date, scope)))
        return pairs.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }

    private func scope(_ date: AmzDate) -> CredentialScope {
        CredentialScope(accessKeyID: accessKey.id, day: date.day, region: region, service: service)
    }

    private func signature(_ canonical: [UInt8], _ date: AmzDate, _ scope: CredentialScope) -> String {
        let key = SigningKeys.derive(scope, secret: accessKey.secret)
        let digits = SigningKeys.signature(ofCanonicalRequest: canonical, timestamp: date.text, scope: scope, key: key)
        return String(decoding: digits, as: UTF8.self)
    }

    /// What proxies and clients may change on the way (botocore's `SIGNED_HEADERS_BLACKLIST`).
    private static let unsignedHeaders: Set<String> = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]
}
