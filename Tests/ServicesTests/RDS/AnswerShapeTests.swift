import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

/// Answers of every kind, read by AWS's own parsers: an element or member that their model does not have would be dropped, so
/// whatever is written must come out again.
@Suite(.enabled(if: Botocore.isInstalled, "python3 with botocore is not installed"))
struct AnswerShapeTests {
    private struct Sample {
        var service: AWSService
        var action: String
        var query: [String: String] = [:]
    }

    private let samples = [
        Sample(service: .rds, action: "DescribeDBInstances"),
        Sample(service: .rds, action: "DescribeDBInstances", query: ["DBInstanceIdentifier": "full"]),
        Sample(service: .rds, action: "DescribeDBSubnetGroups"), Sample(service: .rds, action: "DescribeDBEngineVersions"),
        Sample(
            service: .rds, action: "DescribeOrderableDBInstanceOptions",
            query: ["Engine": "postgres", "DBInstanceClass": "db.t3.micro"]),
        Sample(service: .rds, action: "DescribeDBParameterGroups"),
        Sample(
            service: .rds, action: "CreateDBParameterGroup",
            query: ["DBParameterGroupName": "new", "DBParameterGroupFamily": "postgres15", "Description": "d"]),
        Sample(service: .rds, action: "DescribeDBParameters", query: ["DBParameterGroupName": "own"]),
        Sample(
            service: .rds, action: "DescribeEngineDefaultParameters", query: ["DBParameterGroupFamily": "postgres15"]),
        Sample(service: .rds, action: "DescribeOptionGroups"),
        Sample(service: .rds, action: "DescribeOptionGroupOptions", query: ["EngineName": "postgres"]),
        Sample(
            service: .rds, action: "ModifyOptionGroup",
            query: ["OptionGroupName": "opts", "OptionsToInclude.OptionConfiguration.1.OptionName": "AUDIT"]),
        Sample(service: .rds, action: "ResetDBParameterGroup", query: ["DBParameterGroupName": "own"]),
        Sample(service: .rds, action: "DescribeEvents"), Sample(service: .rds, action: "DescribeAccountAttributes"),
        Sample(service: .rds, action: "DescribeCertificates"),
        Sample(service: .rds, action: "ModifyCertificates", query: ["CertificateIdentifier": "rds-ca-ecc384-g1"]),
        Sample(
            service: .rds, action: "ListTagsForResource",
            query: ["ResourceName": "arn:aws:rds:us-east-1:123456789012:db:full"]),
        Sample(
            service: .rds, action: "ModifyDBInstance", query: ["DBInstanceIdentifier": "full", "DBInstanceClass": "db.r5.large"]),
        Sample(service: .rds, action: "RebootDBInstance", query: ["DBInstanceIdentifier": "full"]),
        Sample(service: .ec2, action: "DescribeVpcs"), Sample(service: .ec2, action: "DescribeSubnets"),
        Sample(service: .ec2, action: "DescribeAvailabilityZones"), Sample(service: .ec2, action: "DescribeRegions"),
        Sample(service: .ec2, action: "DescribeSecurityGroups"), Sample(service: .ec2, action: "DescribeSecurityGroupRules"),
        Sample(service: .sts, action: "GetCallerIdentity"),
        Sample(service: .secretsmanager, action: "ListSecrets"),
        Sample(service: .secretsmanager, action: "DescribeSecret", query: ["SecretId": "app/db"]),
        Sample(service: .secretsmanager, action: "GetSecretValue", query: ["SecretId": "app/db"]),
        Sample(service: .secretsmanager, action: "ListSecretVersionIds", query: ["SecretId": "app/db"]),
        Sample(
            service: .secretsmanager, action: "BatchGetSecretValue",
            query: ["SecretIdList.1": "app/db", "SecretIdList.2": "nobody"]),
        Sample(service: .secretsmanager, action: "PutSecretValue", query: ["SecretId": "app/db", "SecretBinary": "AAEC"]),
        Sample(service: .secretsmanager, action: "UpdateSecret", query: ["SecretId": "app/db", "SecretString": "x"]),
        Sample(service: .secretsmanager, action: "GetResourcePolicy", query: ["SecretId": "app/db"]),
        Sample(service: .secretsmanager, action: "GetRandomPassword"),
        Sample(service: .secretsmanager, action: "DeleteSecret", query: ["SecretId": "app/db"]),
        Sample(service: .kms, action: "CreateKey"), Sample(service: .kms, action: "ListKeys", query: ["Limit": "1"]),
        Sample(service: .kms, action: "ListAliases", query: ["Limit": "1"]),
        Sample(service: .kms, action: "DescribeKey", query: ["KeyId": "alias/app"]),
        Sample(service: .kms, action: "Encrypt", query: ["KeyId": "alias/app", "Plaintext": "AAEC"]),
        Sample(service: .kms, action: "GenerateDataKey", query: ["KeyId": "alias/app", "KeySpec": "AES_256"]),
        Sample(
            service: .kms, action: "GenerateDataKeyWithoutPlaintext", query: ["KeyId": "alias/app", "KeySpec": "AES_256"]),
        Sample(service: .kms, action: "GenerateRandom", query: ["NumberOfBytes": "8"]),
    ]

    /// Of the key `alias/app`, by its id.
    private let keySamples = [
        Sample(service: .kms, action: "GetKeyPolicy"), Sample(service: .kms, action: "ListKeyPolicies"),
        Sample(service: .kms, action: "ListResourceTags"), Sample(service: .kms, action: "GetKeyRotationStatus"),
        Sample(service: .kms, action: "ListKeyRotations", query: ["IncludeKeyMaterial": "ALL_KEY_MATERIAL"]),
        Sample(service: .kms, action: "ScheduleKeyDeletion"), Sample(service: .kms, action: "CancelKeyDeletion"),
    ]

    @Test func everythingWrittenIsRead() async throws {
        let fixture = try Fixture()
        try await prepare(fixture)
        var inputs: [[String: String]] = []
        let key = try #require(fixture.store.get(KMSAlias.self, region: "us-east-1", id: "alias/app")?.targetKeyID)
        let blob = try #require(
            try await fixture.kms("Encrypt", ["KeyId": key, "Plaintext": "AAEC"])["CiphertextBlob"] as? String)
        let cryptographic = [
            Sample(service: .kms, action: "Decrypt", query: ["CiphertextBlob": blob]),
            Sample(service: .kms, action: "ReEncrypt", query: ["CiphertextBlob": blob, "DestinationKeyId": key]),
        ]
        let ofKey = keySamples.map { sample in
            Sample(service: .kms, action: sample.action, query: sample.query.merging(["KeyId": key]) { $1 })
        }
        for sample in samples + cryptographic + ofKey {
            let answer = try await fixture.call(sample.service, sample.action, Parameters(query: sample.query))
            inputs.append(["service": sample.service.rawValue, "action": sample.action, "body": body(sample, answer)])
        }
        let problems = try Botocore.run(Self.reader, input: inputs)
        #expect(problems.isEmpty, "\(problems)")
    }

    /// An instance with every optional element, an event, a secret.
    private func prepare(_ fixture: Fixture) async throws {
        try await fixture.createAvailable(
            "full",
            [
                "EngineVersion": "15.18", "ManageMasterUserPassword": "true", "DBName": "app", "StorageType": "gp3",
                "AllocatedStorage": "400", "Iops": "12000", "StorageThroughput": "500", "MaxAllocatedStorage": "1000",
                "EnablePerformanceInsights": "true", "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "b c",
            ])
        try await fixture.create("plain", ["EngineVersion": "14.6"])
        try await fixture.optionGroup("opts")
        try await fixture.parameterGroup("own")
        try await fixture.setParameters("own", [("work_mem", "{DBInstanceClassMemory/1048576}", "immediate")])
        try await fixture.rds(
            "ModifyDBInstance",
            [
                "DBInstanceIdentifier": "full", "DBInstanceClass": "db.m5.large", "AllocatedStorage": "800", "Iops": "13000",
                "StorageThroughput": "600", "NewDBInstanceIdentifier": "later", "EngineVersion": "15.20",
                "BackupRetentionPeriod": "0", "CACertificateIdentifier": "rds-ca-ecc384-g1",
                "EnableIAMDatabaseAuthentication": "true",
            ])
        let key = try #require(try await fixture.kms("CreateKey", ["Description": "d"])["KeyMetadata"] as? [String: Any])
        let id = try #require(key["KeyId"] as? String)
        try await fixture.kms("CreateAlias", ["AliasName": "alias/app", "TargetKeyId": id])
        try await fixture.kms("EnableKeyRotation", ["KeyId": id])
        try await fixture.kms("RotateKeyOnDemand", ["KeyId": id])
        try await fixture.kms("TagResource", ["KeyId": id, "Tags.1.TagKey": "a", "Tags.1.TagValue": "b"])
        let secret = ["Name": "app/db", "SecretString": "s", "Description": "d", "KmsKeyId": id]
        try await fixture.secrets("CreateSecret", secret)
        let policy = #"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*"}]}"#
        try await fixture.secrets("PutResourcePolicy", ["SecretId": "app/db", "ResourcePolicy": policy])
    }

    private func body(_ sample: Sample, _ answer: Answer) -> String {
        if case .json(let bytes) = answer { return String(decoding: bytes, as: UTF8.self) }
        let xmlns = sample.service.xmlNamespace ?? ""
        let content = XML.text(of: answer)
        if sample.service == .ec2 {
            return "<\(sample.action)Response xmlns=\"\(xmlns)\"><requestId>r</requestId>\(content)</\(sample.action)Response>"
        }
        return "<\(sample.action)Response xmlns=\"\(xmlns)\"><\(sample.action)Result>\(content)</\(sample.action)Result>"
            + "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></\(sample.action)Response>"
    }

    /// Counts the leaves of what was sent and of what was parsed.
    private static let reader = """
        import json, sys, collections
        import xml.etree.ElementTree as ET
        import botocore.session, botocore.parsers
        session = botocore.session.get_session()

        def parsed_leaves(value):
            if isinstance(value, dict):
                return sum(parsed_leaves(v) for v in value.values()) if value else 1
            if isinstance(value, list):
                return sum(parsed_leaves(v) for v in value) if value else 1
            return 1

        def xml_leaves(node):
            return sum(xml_leaves(child) for child in node) if len(node) else 1

        for sample in json.load(sys.stdin):
            model = session.get_service_model(sample['service'])
            operation = model.operation_model(sample['action'])
            body = sample['body'].encode()
            parser = botocore.parsers.create_parser(model.metadata['protocol'])
            parsed = parser.parse({'body': body, 'headers': {}, 'status_code': 200}, operation.output_shape)
            parsed.pop('ResponseMetadata', None)
            if body.startswith(b'{'):
                sent = parsed_leaves(json.loads(body))
            else:
                root = ET.fromstring(body)
                if sample['service'] == 'ec2':
                    sent = sum(xml_leaves(child) for child in root if not child.tag.endswith('requestId'))
                else:
                    sent = sum(xml_leaves(child) for child in root[0])
            read = parsed_leaves(parsed)
            if sent != read: print(f"{sample['service']} {sample['action']}: {sent} values sent, {read} read")
            if sent < 1: print(sample['action'], 'is empty')
        """
}
