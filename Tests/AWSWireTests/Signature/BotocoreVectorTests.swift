import Foundation
import Testing

@testable import AWSWire

@Suite("Signatures are botocore's")
struct BotocoreVectorTests {
    let verifier = SignatureVerifier(accessKeys: exampleKeys)

    func message(_ vector: HeaderVector, signature: String? = nil) -> HTTPMessage {
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(vector.keyID)/20150830/\(vector.region)/\(vector.service)/aws4_request, "
            + "SignedHeaders=\(vector.signedHeaders), Signature=\(signature ?? vector.signature)"
        return HTTPMessage(
            method: vector.method, path: vector.path, query: vector.query,
            headers: vector.headers + [(name: "authorization", value: authorization)], body: Array(vector.body.utf8))
    }

    func verify(_ message: HTTPMessage, now: Date = exampleNow) throws {
        let query = try FormDecoder.pairs(message.query)
        try verifier.verify(try SignatureClaim(message, query: query), of: message, query: query, now: now)
    }

    @Test("Verified", arguments: headerVectors)
    func verified(_ vector: HeaderVector) throws {
        try verify(message(vector))
    }

    @Test("Any other signature, method, path, query, body or signed header is refused", arguments: headerVectors)
    func tampered(_ vector: HeaderVector) throws {
        let good = message(vector)
        var changed: [HTTPMessage] = [message(vector, signature: "0" + vector.signature.dropFirst())]
        if vector.signature.first == "0" { changed[0] = message(vector, signature: "1" + vector.signature.dropFirst()) }
        changed.append(message(vector, signature: String(vector.signature.dropLast())))
        var other = good
        other.method = "PUT"
        changed.append(other)
        other = good
        other.path += "x"
        changed.append(other)
        other = good
        other.query += "&x=y"
        changed.append(other)
        if good.header("x-amz-content-sha256") != "UNSIGNED-PAYLOAD" {
            other = good
            other.body.append(0)
            changed.append(other)
        }
        changed.append(good.replacing("host") { $0 + "0" })
        for message in changed {
            #expect { try verify(message) } throws: { error in
                guard case .mismatch = error as? SignatureFailure else { return false }
                return true
            }
        }
    }

    @Test("The signer makes the same", arguments: headerVectors)
    func signed(_ vector: HeaderVector) throws {
        let unsigned = HTTPMessage(
            method: vector.method, path: vector.path, query: vector.query,
            headers: vector.headers.filter { $0.name != "x-amz-date" && $0.name != "x-amz-security-token" },
            body: Array(vector.body.utf8))
        let signer = RequestSigner(accessKey: key(vector.keyID), region: vector.region, service: vector.service)
        let signed = try signer.sign(unsigned, at: exampleNow)
        try verify(signed)
        // Our signer always sends X-Amz-Date, where that vector has Date.
        guard unsigned.header("date") == nil else { return }
        #expect(signed.header("authorization") == message(vector).header("authorization"))
    }

    @Test("Presigned requests are verified until they expire", arguments: presignedVectors)
    func presignedVerified(_ vector: PresignedVector) throws {
        let message = HTTPMessage(
            method: "GET", path: "/", query: vector.query, headers: [(name: "host", value: vector.host)], body: [])
        try verify(message)
        try verify(message, now: exampleNow + Double(vector.expiresSeconds))
        #expect { try verify(message, now: exampleNow + Double(vector.expiresSeconds + 1)) } throws: { error in
            guard case .expired = error as? SignatureFailure else { return false }
            return true
        }
        var longer = message
        longer.query = message.query.replacing("X-Amz-Expires=", with: "X-Amz-Expires=1")
        #expect(throws: SignatureFailure.wrongSignature) { try verify(longer) }
    }

    @Test("The presigner makes the same", arguments: presignedVectors)
    func presigned(_ vector: PresignedVector) {
        let signer = RequestSigner(accessKey: key(vector.keyID), region: vector.region, service: vector.service)
        let query = signer.presignedQuery(
            host: vector.host, parameters: vector.parameters, expiresSeconds: vector.expiresSeconds, at: exampleNow)
        #expect(query == vector.query)
    }
}
