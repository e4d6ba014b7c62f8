import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct DispatcherTests {
    @Test func anUnknownActionIsInvalid() async throws {
        let fixture = try Fixture()
        for service in AWSService.allCases {
            await fixture.refuses(
                "MakeCoffee", [:], code: service.targetPrefix != nil ? "UnknownOperationException" : "InvalidAction",
                saying: "MakeCoffee", service: service)
        }
    }

    @Test(arguments: [
        (AWSService.rds, "CreateDBSnapshot"), (.ec2, "RunInstances"), (.sts, "AssumeRole"),
        (.secretsmanager, "ReplicateSecretToRegions"), (.kms, "CreateGrant"),
    ])
    func aKnownActionThatIsNotBuiltSaysSo(service: AWSService, action: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses(action, [:], code: "NotImplemented", status: 501, saying: action, service: service)
    }

    @Test(arguments: [
        (AWSService.rds, "DescribeDBInstances", "ValidationError"), (.ec2, "DescribeVpcs", "UnknownParameter"),
        (.sts, "GetCallerIdentity", "ValidationError"), (.secretsmanager, "ListSecrets", "InvalidParameterException"),
        (.kms, "ListKeys", "ValidationException"),
    ])
    func aParameterThatAWSDoesNotHaveIsNamed(service: AWSService, action: String, code: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses(action, ["Bogus": "1"], code: code, saying: "Bogus", service: service)
    }

    @Test func protocolParametersAreNoParameters() async throws {
        let fixture = try Fixture()
        try await fixture.rds(
            "DescribeDBInstances", ["Action": "DescribeDBInstances", "Version": "2014-10-31", "X-Amz-Date": "x"])
    }

    /// Every refused parameter of every operation, with a value that asks for something, and with each harmless one.
    @Test func refusedParametersAreRefusedByNameAndHarmlessValuesPass() throws {
        for table in allTables {
            for (action, entry) in table.entries {
                for rule in entry.operation.parameters {
                    guard case .refused(let harmless) = rule.support else { continue }
                    let admit = { (value: String) in
                        _ = try table.admit(
                            ServiceCall(
                                service: table.service, action: action,
                                parameters: .structure([.init(name: rule.name, value: .scalar(value))]), region: "us-east-1",
                                accessKeyID: "", requestID: ""))
                    }
                    let fault = #expect(throws: Fault.self) { try admit("something") }
                    #expect(fault?.message.contains(rule.name) == true)
                    #expect(fault?.message.contains(rule.note) == true)
                    for value in harmless + [""] { #expect(throws: Never.self) { try admit(value) } }
                }
            }
        }
    }

    @Test func aListIsNeverHarmless() async throws {
        let fixture = try Fixture()
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal.merging(["ProcessorFeatures.ProcessorFeature.1.Name": "coreCount"]) { $1 },
            code: "InvalidParameterCombination", saying: "ProcessorFeatures")
    }

    @Test(arguments: [
        ("DescribeDBInstances", ["MaxRecords": "many"], "MaxRecords must be an integer"),
        ("DescribeDBInstances", ["MaxRecords": "19"], "Invalid value 19 for MaxRecords. Must be between 20 and 100"),
        ("DescribeDBInstances", ["MaxRecords": "101"], "Must be between 20 and 100"),
        ("DescribeDBInstances", ["Marker": "bogus"], "Marker"),
        ("DescribeDBInstances", ["DBInstanceIdentifier.1": "a"], "DBInstanceIdentifier must be a single value"),
        ("DescribeDBEngineVersions", ["DefaultOnly": "perhaps"], "DefaultOnly must be true or false"),
        ("DescribeEvents", ["StartTime": "yesterday"], "StartTime must be a date"),
    ])
    func malformedValuesAreNamed(action: String, query: [String: String], fragment: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses(action, query, code: "InvalidParameterValue", saying: fragment)
    }

    @Test func theCallerIsTheRootOfTheAccount() async throws {
        let fixture = try Fixture()
        let answer = XML(try await fixture.call(.sts, "GetCallerIdentity", .empty, region: "cn-north-1"))
        #expect(answer["Arn"]?.text == "arn:aws-cn:iam::123456789012:root")
        #expect(answer["Account"]?.text == "123456789012")
        #expect(answer["UserId"]?.text == "123456789012")
    }
}
