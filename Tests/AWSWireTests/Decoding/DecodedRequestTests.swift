import Testing

@testable import AWSWire

@Suite("Which action a request is for")
struct DecodedRequestTests {
    func decode(_ message: HTTPMessage, _ service: AWSService) throws -> DecodedRequest {
        let query = try FormDecoder.pairs(message.query)
        return try DecodedRequest(message, query: query, service: service, limits: DecodingLimits())
    }

    func fault(_ message: HTTPMessage, _ service: AWSService) -> Fault? {
        do {
            _ = try decode(message, service)
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test("Parameters from the query string, from the body, or from both")
    func sources() throws {
        var message = form("Action=A&Version=2014-10-31&B=1")
        #expect(try decode(message, .rds).parameters.names == ["B"])
        message.query = "C=2"
        #expect(try decode(message, .rds).parameters.names == ["C", "B"])
        message.method = "GET"
        message.query = "Action=X&Version=2014-10-31&X-Amz-Date=d&X-Amz-Else=e"
        let decoded = try decode(message, .rds)
        #expect(decoded.action == "X")
        #expect(decoded.parameters.names == ["X-Amz-Else"])
        message.method = "POST"
        #expect(fault(message, .rds)?.message == "The parameter Action is given more than once.")
    }

    @Test("A complete log file is asked for by the path of a GET, and by nothing else")
    func path() throws {
        var message = form("")
        message.method = "GET"
        message.path = "/v13/downloadCompleteLogFile/mydb/error/mysql%2Derror.log"
        let decoded = try decode(message, .rds)
        #expect(decoded.action == PathAction.downloadCompleteLogFile)
        #expect(decoded.parameters["DBInstanceIdentifier"]?.text == "mydb")
        #expect(decoded.parameters["LogFileName"]?.text == "error/mysql-error.log")
        #expect(fault(message, .ec2)?.code == "MissingAction")
        for path in ["", "/mydb", "/mydb/", "//x", "/mydb/%zz", "/mydb/%ff"] {
            message.path = "/v13/downloadCompleteLogFile" + path
            #expect(fault(message, .rds)?.code == (path.isEmpty ? "MissingAction" : "MalformedQueryString"), "\(path)")
        }
        let posted = form("Action=/v13/downloadCompleteLogFile&Version=2014-10-31&DBInstanceIdentifier=a&LogFileName=b")
        #expect(fault(posted, .rds)?.code == "InvalidAction")
    }

    @Test(
        "Without an action, or of another version",
        arguments: [
            (AWSService.rds, "Version=2014-10-31", "MissingAction", "The request is missing an action"),
            (.rds, "Action=&Version=2014-10-31", "MissingAction", "The request is missing an action"),
            (.rds, "", "MissingAction", "The request is missing an action"),
            (.rds, "Action=A&Version=2099-01-01", "InvalidAction", "Could not find operation A for version 2099-01-01"),
            (.rds, "Action=A", "InvalidAction", "Could not find operation A for version NO_VERSION_SPECIFIED"),
            (.ec2, "Action=A&Version=2099-01-01", "NoSuchVersion", "The requested version (2099-01-01) of service AmazonEC2"),
            (.ec2, "Action=A", "MissingParameter", "The request must contain the parameter Version"),
            (
                .rds, "Action=A&Version=2016-11-15", "SignatureDoesNotMatch",
                "Credential should be scoped to correct service: 'ec2'"
            ),
            (.rds, "Action=A&Version=2014-10-31&B=1&B=2", "MalformedQueryString", "The parameter B is given more than once"),
            (.rds, "Action=%", "MalformedQueryString", "The query string has a '%'"),
        ])
    func refused(_ service: AWSService, _ body: String, _ code: String, _ text: String) {
        let fault = fault(form(body), service)
        #expect(fault?.code == code)
        #expect(fault?.message.hasPrefix(text) == true, "\(fault?.message ?? "")")
    }

    @Test(
        "Targets of JSON requests",
        arguments: [
            ("secretsmanager.GetSecretValue", nil), ("", "UnknownOperationException"),
            ("GetSecretValue", "InvalidSignatureException"),
            ("secretsmanager.", "UnknownOperationException"), ("AWSSecurityTokenService.X", "InvalidSignatureException"),
            (".GetSecretValue", "InvalidSignatureException"),
        ])
    func targets(_ target: String, _ code: String?) {
        #expect(fault(request(.secretsmanager).replacing("x-amz-target") { _ in target }, .secretsmanager)?.code == code)
    }

    @Test("Other methods")
    func methods() {
        var message = request(.rds)
        message.method = "PUT"
        #expect(fault(message, .rds)?.code == "UnsupportedHttpVerb")
        message = request(.secretsmanager)
        message.method = "GET"
        #expect(fault(message, .secretsmanager)?.code == "UnknownOperationException")
    }
}
