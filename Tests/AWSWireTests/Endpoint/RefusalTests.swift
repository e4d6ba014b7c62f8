import Foundation
import Testing

@testable import AWSWire

/// What each service answers to each thing that is wrong with a signature: code, status, and the start of the text.
@Suite("Refusals in each service's words")
struct RefusalTests {
    struct Expected: Sendable {
        var service: AWSService
        var code: String
        var status: Int
        var text: String

        init(_ service: AWSService, _ code: String, _ status: Int, _ text: String) {
            (self.service, self.code, self.status, self.text) = (service, code, status, text)
        }
    }

    func check(_ message: HTTPMessage, _ expected: Expected, at location: SourceLocation = #_sourceLocation) throws {
        let refusal = try #require(
            testWire.authenticate(message, requestID: "id", now: exampleNow).failure, sourceLocation: location)
        #expect(refusal.fault.code == expected.code, sourceLocation: location)
        #expect(refusal.fault.status == expected.status, sourceLocation: location)
        #expect(refusal.fault.message.hasPrefix(expected.text), "\(refusal.fault.message)", sourceLocation: location)
        #expect(testWire.answer(refusal).status == expected.status, sourceLocation: location)
    }

    static let authFailure = "AWS was not able to validate the provided access credentials"

    @Test(
        "Unsigned",
        arguments: [
            Expected(.rds, "MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
            Expected(.ec2, "MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
            Expected(.sts, "MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
            Expected(.secretsmanager, "MissingAuthenticationTokenException", 400, "Request is missing Authentication Token"),
        ])
    func missing(_ expected: Expected) throws {
        try check(request(expected.service), expected)
    }

    @Test(
        "Unknown key",
        arguments: [
            Expected(.rds, "InvalidClientTokenId", 403, "The security token included in the request is invalid."),
            Expected(.ec2, "AuthFailure", 401, authFailure),
            Expected(.sts, "InvalidClientTokenId", 403, "The security token included in the request is invalid."),
            Expected(
                .secretsmanager, "UnrecognizedClientException", 400, "The security token included in the request is invalid."),
        ])
    func unknownKey(_ expected: Expected) throws {
        let stranger = AccessKey(id: "AKIDSTRANGER", secret: exampleSecret)
        try check(request(expected.service).signed(as: expected.service.rawValue, key: stranger), expected)
        // The token of temporary credentials is missing, wrong, or sent with a key that has none.
        for wrong in [
            AccessKey(id: temporaryKey.id, secret: exampleSecret),
            AccessKey(id: temporaryKey.id, secret: exampleSecret, sessionToken: "x"),
            AccessKey(id: exampleKey.id, secret: exampleSecret, sessionToken: exampleToken),
        ] {
            try check(request(expected.service).signed(as: expected.service.rawValue, key: wrong), expected)
        }
    }

    @Test(
        "Wrong secret, or a body changed on the way",
        arguments: [
            Expected(.rds, "SignatureDoesNotMatch", 403, "The request signature we calculated does not match"),
            Expected(.ec2, "AuthFailure", 401, authFailure + ": The request signature we calculated does not match"),
            Expected(.sts, "SignatureDoesNotMatch", 403, "The request signature we calculated does not match"),
            Expected(.secretsmanager, "InvalidSignatureException", 400, "The request signature we calculated does not match"),
        ])
    func wrongSecret(_ expected: Expected) throws {
        let liar = AccessKey(id: exampleKey.id, secret: "wrong")
        try check(request(expected.service).signed(as: expected.service.rawValue, key: liar), expected)
        var changed = try request(expected.service).signed(as: expected.service.rawValue)
        changed.body.append(UInt8(ascii: " "))
        try check(changed, expected)
    }

    @Test(
        "Too old",
        arguments: [
            Expected(
                .rds, "SignatureDoesNotMatch", 403,
                "Signature expired: 20150830T122059Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)"),
            Expected(.ec2, "AuthFailure", 401, authFailure + ": Signature expired: 20150830T122059Z"),
            Expected(.secretsmanager, "InvalidSignatureException", 400, "Signature expired: 20150830T122059Z"),
        ])
    func tooOld(_ expected: Expected) throws {
        try check(request(expected.service).signed(as: expected.service.rawValue, at: exampleNow - 901), expected)
    }

    @Test(
        "From the future",
        arguments: [
            Expected(
                .sts, "SignatureDoesNotMatch", 403,
                "Signature not yet current: 20150830T125101Z is still later than 20150830T125100Z (20150830T123600Z + 15 min.)"),
            Expected(.ec2, "AuthFailure", 401, authFailure + ": Signature not yet current"),
            Expected(.secretsmanager, "InvalidSignatureException", 400, "Signature not yet current"),
        ])
    func tooEarly(_ expected: Expected) throws {
        try check(request(expected.service).signed(as: expected.service.rawValue, at: exampleNow + 901), expected)
    }

    @Test("Fifteen minutes either way are fine, and so is the same request twice")
    func skew() throws {
        for seconds in [-900.0, 0, 900] {
            let message = try request(.rds).signed(as: "rds", at: exampleNow + seconds)
            #expect(testWire.authenticate(message, now: exampleNow).failure == nil)
            #expect(testWire.authenticate(message, now: exampleNow).failure == nil)
        }
    }

    @Test(
        "Presigned, and too late",
        arguments: [
            Expected(.rds, "RequestExpired", 400, "Request has expired."),
            Expected(.ec2, "RequestExpired", 400, "Request has expired."),
            Expected(.secretsmanager, "InvalidSignatureException", 400, "Request has expired."),
        ])
    func expired(_ expected: Expected) throws {
        let signer = RequestSigner(accessKey: exampleKey, region: "us-east-1", service: expected.service.rawValue)
        let query = signer.presignedQuery(host: "localhost", parameters: [], expiresSeconds: 60, at: exampleNow - 61)
        let message = HTTPMessage(
            method: "GET", path: "/", query: query, headers: [(name: "host", value: "localhost")], body: [])
        try check(message, expected)
    }

    @Test(
        "Unreadable",
        arguments: [
            Expected(.rds, "IncompleteSignature", 400, "Authorization header requires"),
            Expected(.secretsmanager, "IncompleteSignatureException", 400, "Authorization header requires"),
        ])
    func incomplete(_ expected: Expected) throws {
        var message = request(expected.service)
        message.headers.append((name: "authorization", value: "AWS4-HMAC-SHA256 Credential=a"))
        try check(message, expected)
    }

    @Test(
        "A region that AWS does not have",
        arguments: [
            Expected(.rds, "SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region, not 'mars-1'."),
            Expected(.ec2, "AuthFailure", 401, authFailure + ": Credential should be scoped to a valid region, not 'mars-1'."),
            Expected(.secretsmanager, "InvalidSignatureException", 400, "Credential should be scoped to a valid region"),
        ])
    func unknownRegion(_ expected: Expected) throws {
        try check(request(expected.service).signed(as: expected.service.rawValue, region: "mars-1"), expected)
    }

    static let locked = "The region eu-west-2 is locked: this server was started with --regions eu-west-1, us-east-1."

    @Test(
        "A region that is locked",
        arguments: [
            Expected(.rds, "AccessDenied", 403, locked), Expected(.sts, "AccessDenied", 403, locked),
            Expected(.ec2, "UnauthorizedOperation", 403, locked),
            Expected(.secretsmanager, "AccessDeniedException", 400, locked),
        ])
    func lockedRegion(_ expected: Expected) throws {
        try check(request(expected.service).signed(as: expected.service.rawValue, region: "eu-west-2"), expected)
        // The lock is told only to who has a key.
        let liar = AccessKey(id: exampleKey.id, secret: "wrong")
        let refusal = testWire.authenticate(
            try request(expected.service).signed(as: expected.service.rawValue, region: "eu-west-2", key: liar), now: exampleNow)
        #expect(refusal.failure?.fault.message.contains("locked") == false)
    }

    @Test(
        "Signed for one service, called for another",
        arguments: [
            Expected(.rds, "SignatureDoesNotMatch", 403, "Credential should be scoped to correct service: 'ec2'."),
            Expected(.ec2, "AuthFailure", 401, authFailure + ": Credential should be scoped to correct service: 'sts'."),
            Expected(.sts, "SignatureDoesNotMatch", 403, "Credential should be scoped to correct service: 'secretsmanager'."),
        ])
    func wrongService(_ expected: Expected) throws {
        let called: AWSService = [.rds: .ec2, .ec2: .sts, .sts: .secretsmanager][expected.service] ?? .rds
        try check(request(called).signed(as: expected.service.rawValue), expected)
    }

    @Test("The target header cannot be added after signing")
    func unsignedTarget() throws {
        var message = try form("{}").signed(as: "secretsmanager")
        message.headers.append((name: "x-amz-target", value: "secretsmanager.GetSecretValue"))
        try check(
            message, Expected(.secretsmanager, "InvalidSignatureException", 400, "'X-Amz-Target' must be a 'SignedHeader'"))
    }

    @Test("A body that is not the announced one")
    func announcedHash() throws {
        var message = request(.rds)
        message.headers.append((name: "x-amz-content-sha256", value: String(repeating: "0", count: 64)))
        try check(
            message.signed(as: "rds"),
            Expected(.rds, "SignatureDoesNotMatch", 403, "The provided 'x-amz-content-sha256' header does not match"))
    }

    @Test("A service that is not served")
    func unserved() throws {
        try check(
            form("Action=ListUsers&Version=2010-05-08").signed(as: "iam"),
            Expected(
                .rds, "NotImplemented", 501,
                "Martlet does not serve the AWS service iam. It serves ec2, kms, rds, secretsmanager, sts."))
    }

    @Test("A body over the limit")
    func oversized() throws {
        var message = request(.rds)
        message.body = Array(repeating: 0x61, count: (1 << 20) + 1)
        try check(message, Expected(.rds, "RequestEntityTooLarge", 413, "The request's body is larger than the limit of 1048576"))
    }
}
