import Foundation
import Testing

@testable import AWSWire

@Suite("Calls in, answers out")
struct WireTests {
    func call(_ service: AWSService, _ action: String = "DescribeThings") -> ServiceCall {
        ServiceCall(
            service: service, action: action, parameters: .empty, region: "us-east-1", accessKeyID: "AKIDEXAMPLE",
            requestID: "3f2a")
    }

    func text(_ answer: HTTPAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test(
        "A call of each service",
        arguments: [
            (AWSService.rds, "DescribeDBInstances"), (.ec2, "DescribeVpcs"), (.sts, "GetCallerIdentity"),
            (.secretsmanager, "GetSecretValue"), (.kms, "DescribeKey"),
        ])
    func authenticated(_ service: AWSService, _ action: String) throws {
        let message = try request(service).signed(as: service.rawValue, region: "eu-west-1", key: temporaryKey)
        let call = try testWire.authenticate(message, requestID: "3f2a", now: exampleNow).get()
        #expect(call.service == service)
        #expect(call.action == action)
        #expect(call.region == "eu-west-1")
        #expect(call.accessKeyID == "ASIAEXAMPLE")
        #expect(call.requestID == "3f2a")
        let member: String? =
            switch service {
            case .secretsmanager: "SecretId"
            case .kms: "KeyId"
            case .rds, .ec2, .sts: nil
            }
        #expect(call.parameters == .structure(member.map { [.init(name: $0, value: .scalar("x"))] } ?? []))
    }

    @Test("A request of KMS has at most 64 KB")
    func keyRequestLimit() throws {
        let room = (64 << 10) - #"{"Policy":""}"#.utf8.count
        for (count, status) in [(room, nil), (room + 1, 413)] as [(Int, Int?)] {
            let body = Array(#"{"Policy":"\#(String(repeating: "a", count: count))"}"#.utf8)
            let message = try keyRequest(body).signed(as: "kms", region: "eu-west-1", key: exampleKey)
            let refusal = testWire.authenticate(message, now: exampleNow).failure
            #expect(refusal?.fault.status == status)
        }
    }

    @Test("A presigned call, its own parameters alone")
    func presigned() throws {
        let signer = RequestSigner(accessKey: exampleKey, region: "us-east-1", service: "sts")
        let query = signer.presignedQuery(
            host: "localhost",
            parameters: [
                (name: "Action", value: "GetCallerIdentity"), (name: "Version", value: "2011-06-15"), (name: "A.B", value: "ü +"),
            ],
            expiresSeconds: 60, at: exampleNow)
        let message = HTTPMessage(
            method: "GET", path: "/", query: query, headers: [(name: "host", value: "localhost")], body: [])
        let call = try testWire.authenticate(message, now: exampleNow).get()
        #expect(call.action == "GetCallerIdentity")
        #expect(call.parameters == .structure([.init(name: "A", value: .structure([.init(name: "B", value: .scalar("ü +"))]))]))
    }

    @Test("Success in each envelope")
    func success() {
        let nodes: [XMLNode] = [.text("A", "1<2")]
        #expect(
            text(testWire.answer(.success(.xml(nodes)), to: call(.rds)))
                == "<DescribeThingsResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\">"
                + "<DescribeThingsResult><A>1&lt;2</A></DescribeThingsResult>"
                + "<ResponseMetadata><RequestId>3f2a</RequestId></ResponseMetadata></DescribeThingsResponse>")
        #expect(
            text(testWire.answer(.success(.xml(nodes)), to: call(.ec2)))
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<DescribeThingsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>3f2a</requestId>"
                + "<A>1&lt;2</A></DescribeThingsResponse>")
        let json = testWire.answer(.success(.json(Array("{}".utf8))), to: call(.secretsmanager))
        #expect(text(json) == "{}")
        #expect(json == HTTPAnswer(status: 200, contentType: "application/x-amz-json-1.1", requestID: "3f2a", body: json.body))
    }

    @Test("Faults in each envelope")
    func faults() {
        let fault = Fault("DBInstanceNotFound", status: 404, "DBInstance <x> \"not\" found.\n")
        let query = testWire.answer(.failure(fault), to: call(.rds))
        #expect(query.status == 404)
        #expect(query.contentType == "text/xml")
        #expect(
            text(query)
                == "<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type>"
                + "<Code>DBInstanceNotFound</Code><Message>DBInstance &lt;x&gt; &quot;not&quot; found.\n</Message></Error>"
                + "<RequestId>3f2a</RequestId></ErrorResponse>")
        #expect(
            text(testWire.answer(.failure(fault), to: call(.ec2)))
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>DBInstanceNotFound</Code>"
                + "<Message>DBInstance &lt;x&gt; &quot;not&quot; found.\n</Message></Error></Errors>"
                + "<RequestID>3f2a</RequestID></Response>")
        #expect(
            text(testWire.answer(.failure(fault), to: call(.secretsmanager)))
                == #"{"__type":"DBInstanceNotFound","Message":"DBInstance <x> \"not\" found.\n"}"#)
        #expect(
            text(testWire.answer(.failure(fault), to: call(.kms)))
                == #"{"__type":"DBInstanceNotFound","message":"DBInstance <x> \"not\" found.\n"}"#)
    }

    @Test("A service that answers in another protocol's kind has failed inside")
    func wrongKind() {
        let answer = testWire.answer(.success(.json([])), to: call(.rds))
        #expect(answer.status == 500)
        #expect(text(answer).contains("<Type>Receiver</Type><Code>InternalFailure</Code>"))
        #expect(testWire.answer(.success(.xml([])), to: call(.secretsmanager)).status == 500)
        #expect(text(testWire.answer(.success(.json([])), to: call(.ec2))).contains("<Code>InternalError</Code>"))
    }

    @Test("Before the service is known, the content type chooses the envelope")
    func unknownService() throws {
        let query = try #require(testWire.authenticate(request(.ec2), now: exampleNow).failure)
        #expect(text(testWire.answer(query)).hasPrefix("<ErrorResponse><Error><Type>Sender</Type>"))
        let json = try #require(testWire.authenticate(request(.secretsmanager), requestID: "a", now: exampleNow).failure)
        #expect(
            text(testWire.answer(json))
                == #"{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#)
        #expect(testWire.answer(json).requestID == "a")
    }

    @Test("Actions that a service does not have")
    func invalidAction() {
        #expect(
            Fault.invalidAction("Fly", service: .rds)
                == Fault("InvalidAction", status: 400, "Could not find operation Fly for version 2014-10-31"))
        #expect(
            Fault.invalidAction("Fly", service: .ec2)
                == Fault("InvalidAction", status: 400, "The action Fly is not valid for this web service."))
        #expect(Fault.invalidAction("Fly", service: .secretsmanager).code == "UnknownOperationException")
    }

    @Test("Request ids are lower-case version 4 UUIDs, and differ")
    func requestIDs() throws {
        let ids = (0..<1000).map { _ in RequestID.make() }
        #expect(Set(ids).count == ids.count)
        for id in ids {
            let uuid = try #require(UUID(uuidString: id))
            #expect(uuid.uuidString.lowercased() == id)
            #expect(uuid.uuid.6 >> 4 == 4)
            #expect(uuid.uuid.8 >> 6 == 2)
        }
    }
}
