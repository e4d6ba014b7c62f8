import AWSWire
import Foundation

/// The credentials and the instant of AWS's own examples.
let exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
let exampleToken = "AQoDYXdzEPT//////////wEXAMPLE+token/=="
let exampleKey = AccessKey(id: "AKIDEXAMPLE", secret: exampleSecret)
let temporaryKey = AccessKey(id: "ASIAEXAMPLE", secret: exampleSecret, sessionToken: exampleToken)
let exampleKeys = FixedAccessKeys([exampleKey, temporaryKey])
/// 2015-08-30T12:36:00Z
let exampleNow = Date(timeIntervalSince1970: 1_440_938_160)

let testRegions = RegionLock(
    known: ["us-east-1", "eu-west-1", "eu-west-2", "ap-southeast-7"], allowed: ["us-east-1", "eu-west-1"])
let testWire = Wire(regions: testRegions, accessKeys: exampleKeys)

func key(_ id: String) -> AccessKey { exampleKeys.accessKey(id) ?? exampleKey }

/// An unsigned request of each service that is otherwise fine.
func request(_ service: AWSService) -> HTTPMessage {
    switch service {
    case .rds: form("Action=DescribeDBInstances&Version=2014-10-31")
    case .ec2: form("Action=DescribeVpcs&Version=2016-11-15")
    case .sts: form("Action=GetCallerIdentity&Version=2011-06-15")
    case .secretsmanager:
        HTTPMessage(
            method: "POST", path: "/", query: "",
            headers: [
                (name: "host", value: "localhost"), (name: "content-type", value: "application/x-amz-json-1.1"),
                (name: "x-amz-target", value: "secretsmanager.GetSecretValue"),
            ], body: Array(#"{"SecretId":"x"}"#.utf8))
    case .kms: keyRequest(Array(#"{"KeyId":"x"}"#.utf8))
    }
}

func keyRequest(_ body: [UInt8]) -> HTTPMessage {
    HTTPMessage(
        method: "POST", path: "/", query: "",
        headers: [
            (name: "host", value: "localhost"), (name: "content-type", value: "application/x-amz-json-1.1"),
            (name: "x-amz-target", value: "TrentService.DescribeKey"),
        ], body: body)
}

func form(_ body: String) -> HTTPMessage {
    HTTPMessage(
        method: "POST", path: "/", query: "",
        headers: [
            (name: "host", value: "localhost"),
            (name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8"),
        ], body: Array(body.utf8))
}

extension HTTPMessage {
    func signed(
        as service: String, region: String = "us-east-1", key: AccessKey = exampleKey, at date: Date = exampleNow
    ) throws -> HTTPMessage {
        try RequestSigner(accessKey: key, region: region, service: service).sign(self, at: date)
    }

    /// The message with another value for the first header of that name.
    func replacing(_ name: String, _ change: (String) -> String) -> HTTPMessage {
        var message = self
        if let index = message.headers.firstIndex(where: { $0.name == name }) {
            message.headers[index].value = change(message.headers[index].value)
        }
        return message
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
