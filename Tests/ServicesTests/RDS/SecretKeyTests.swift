import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

/// `MasterUserSecretKmsKeyId`: the key that seals a managed master password.
@Suite struct SecretKeyTests {
    private func key(_ fixture: Fixture) async throws -> (id: String, arn: String) {
        let made = try #require(try await fixture.kms("CreateKey")["KeyMetadata"] as? [String: Any])
        return (try #require(made["KeyId"] as? String), try #require(made["Arn"] as? String))
    }

    @Test func withoutOneItIsThatOfSecretsManager() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create("mydb", ["ManageMasterUserPassword": "true"])
        let shown = try await fixture.kms("DescribeKey", ["KeyId": "alias/aws/secretsmanager"])["KeyMetadata"] as? [String: Any]
        #expect(answer["DBInstance.MasterUserSecret.KmsKeyId"]?.text == shown?["Arn"] as? String)
    }

    @Test func aKeyOfOnesOwnSealsThePassword() async throws {
        let fixture = try Fixture()
        let (id, arn) = try await key(fixture)
        try await fixture.kms("CreateAlias", ["AliasName": "alias/db", "TargetKeyId": id])
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true", "MasterUserSecretKmsKeyId": "alias/db"])
        let secret = try #require(try fixture.stored().master.secretARN)
        #expect(try await fixture.secrets("DescribeSecret", ["SecretId": secret])["KmsKeyId"] as? String == arn)
        try await fixture.secrets("GetSecretValue", ["SecretId": secret])
        try await fixture.kms("DisableKey", ["KeyId": id])
        await fixture.refuses(
            "GetSecretValue", ["SecretId": secret], code: "DecryptionFailure", saying: "is disabled", service: .secretsmanager)
        await fixture.refuses(
            "RotateSecret", ["SecretId": secret], code: "EncryptionFailure", saying: "is disabled", service: .secretsmanager)
        await fixture.refuses(
            "ModifyDBInstance",
            ["DBInstanceIdentifier": "mydb", "RotateMasterUserPassword": "true", "ApplyImmediately": "true"],
            code: "KMSKeyNotAccessibleFault", saying: "is disabled")
        try await fixture.kms("EnableKey", ["KeyId": id])
        try await fixture.secrets("RotateSecret", ["SecretId": secret])
        try await fixture.settle()
        let rotated = try #require(fixture.store.list(Secret.self).first)
        #expect(rotated.versions.allSatisfy { $0.sealed?.keyID == id })
    }

    @Test func turnedOnLaterAndNotChanged() async throws {
        let fixture = try Fixture()
        let (id, arn) = try await key(fixture)
        try await fixture.createAvailable()
        let query = ["DBInstanceIdentifier": "mydb", "ManageMasterUserPassword": "true", "MasterUserSecretKmsKeyId": id]
        let answer = try await fixture.rds("ModifyDBInstance", query)
        #expect(answer["DBInstance.MasterUserSecret.KmsKeyId"]?.text == arn)
        try await fixture.settle()
        await fixture.refuses(
            "ModifyDBInstance", query, code: "InvalidParameterCombination", saying: "You can't change the KMS key")
    }

    @Test(arguments: [
        (["MasterUserSecretKmsKeyId": "alias/x"], "InvalidParameterCombination", "ManageMasterUserPassword"),
        (
            ["ManageMasterUserPassword": "true", "MasterUserSecretKmsKeyId": "alias/x"], "KMSKeyNotAccessibleFault", "alias/x"
        ),
    ])
    func refusals(more: [String: String], code: String, text: String) async throws {
        var query = Fixture.minimal.merging(more) { $1 }
        if more["ManageMasterUserPassword"] != nil { query["MasterUserPassword"] = nil }
        await (try Fixture()).refuses("CreateDBInstance", query, code: code, saying: text)
    }
}
