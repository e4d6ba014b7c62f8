import Testing

@testable import AWSWire

@Suite("Reading what a request claims")
struct SignatureClaimTests {
    static let good =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/rds/aws4_request, SignedHeaders=host;x-amz-date, "
        + "Signature=abc"

    func claim(
        _ authorization: String?, date: (name: String, value: String)? = (name: "x-amz-date", value: "20150830T123600Z"),
        query: String = ""
    ) throws -> SignatureClaim {
        var headers = [(name: "host", value: "localhost")]
        if let authorization { headers.append((name: "authorization", value: authorization)) }
        if let date { headers.append(date) }
        let message = HTTPMessage(method: "GET", path: "/", query: query, headers: headers, body: [])
        return try SignatureClaim(message, query: FormDecoder.pairs(query))
    }

    @Test("Header, with and without blanks after the commas")
    func header() throws {
        for text in [Self.good, Self.good.replacing(", ", with: ","), Self.good.replacing(", ", with: "  ,  ") + " "] {
            let claim = try claim(text)
            #expect(claim.scope.text == "20150830/us-east-1/rds/aws4_request")
            #expect(claim.scope.accessKeyID == "AKIDEXAMPLE")
            #expect(claim.signedHeaders == ["host", "x-amz-date"])
            #expect(claim.signature == "abc")
            #expect(claim.form == .header)
        }
    }

    @Test(
        "Incomplete headers, with AWS's text",
        arguments: [
            ("Basic abc", "Unsupported signature algorithm 'Basic'"),
            ("", "Unsupported signature algorithm ''"),
            ("AWS4-ECDSA-P256-SHA256 Credential=x", "Unsupported signature algorithm 'AWS4-ECDSA-P256-SHA256'"),
            (
                "AWS4-HMAC-SHA256",
                "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
                    + "Authorization header requires 'SignedHeaders' parameter."
            ),
            (good.replacing("Signature=abc", with: ""), "Authorization header requires 'Signature' parameter."),
            (good.replacing("abc", with: ""), "Authorization header requires 'Signature' parameter."),
            (good + ", Signature=def", "Authorization header has 'Signature' more than once."),
            (good.replacing("/rds", with: ""), "Credential must have exactly 5 slash-delimited elements"),
            (good.replacing("/rds", with: "/rds/x"), "Credential must have exactly 5 slash-delimited elements"),
            (good.replacing("/rds", with: "/"), "Credential must have exactly 5 slash-delimited elements"),
        ])
    func incomplete(_ authorization: String, _ text: String) {
        #expect { try claim(authorization) } throws: { error in
            guard case .incomplete(let message) = error as? SignatureFailure else { return false }
            return message.hasPrefix(text)
        }
    }

    @Test(
        "Wrong scopes, with AWS's text",
        arguments: [
            (
                good.replacing("aws4_request", with: "aws3"),
                "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3'."
            ),
            (
                good.replacing("20150830/", with: "20150829/"),
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'20150829' != '20150830', from '20150830T123600Z'."
            ),
            (good.replacing("host;", with: ""), "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        ])
    func mismatch(_ authorization: String, _ text: String) {
        #expect(throws: SignatureFailure.mismatch(text)) { try claim(authorization) }
    }

    @Test("Dates: one must be there and readable")
    func dates() throws {
        #expect(throws: SignatureFailure.self) { try claim(Self.good, date: nil) }
        #expect(throws: SignatureFailure.self) { try claim(Self.good, date: (name: "x-amz-date", value: "today")) }
        #expect(throws: SignatureFailure.self) { try claim(Self.good, date: (name: "date", value: "today")) }
        let dated = try claim(Self.good, date: (name: "date", value: "Sun, 30 Aug 2015 12:36:00 GMT"))
        #expect(dated.timestamp == "20150830T123600Z")
    }

    static let presigned =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Frds%2Faws4_request"
        + "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=abc"

    @Test("Presigned")
    func presigned() throws {
        let claim = try claim(nil, query: Self.presigned + "&X-Amz-Security-Token=a%2Fb")
        #expect(claim.form == .presigned(expiresSeconds: 60))
        #expect(claim.sessionToken == "a/b")
        #expect(claim.signedHeaders == ["host"])
    }

    @Test(
        "Presigned, but not right",
        arguments: [
            ("X-Amz-Expires=60", "X-Amz-Expires=0"), ("X-Amz-Expires=60", "X-Amz-Expires=-1"),
            ("X-Amz-Expires=60", "X-Amz-Expires=604801"), ("X-Amz-Expires=60", "X-Amz-Expires=99999999999999999999"),
            ("X-Amz-Expires=60", "X-Amz-Expires=x"), ("X-Amz-Expires=60&", ""),
            ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=61"), ("X-Amz-Date=20150830T123600Z", "X-Amz-Date=x"),
            ("&X-Amz-Signature=abc", ""), ("X-Amz-SignedHeaders=host&", ""), ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""), ("%2Frds%2F", "%2F"),
        ])
    func presignedIncomplete(_ text: String, _ replacement: String) {
        #expect { try claim(nil, query: Self.presigned.replacing(text, with: replacement)) } throws: { error in
            guard case .incomplete = error as? SignatureFailure else { return false }
            return true
        }
    }

    @Test("Nothing, or Signature Version 2")
    func unsigned() {
        #expect(throws: SignatureFailure.missing) { try claim(nil) }
        #expect(throws: SignatureFailure.missing) { try claim(nil, query: "Action=X") }
        #expect(throws: SignatureFailure.incomplete("Signature Version 2 is not supported: sign with AWS4-HMAC-SHA256.")) {
            try claim(nil, query: "AWSAccessKeyId=a&Signature=b")
        }
    }
}
