import AWSWire
import Foundation
import Keys
import Resources
import Testing

@testable import Services

/// Secrets of one's own, from their creation to their deletion.
@Suite struct OwnSecretTests {
    static let token = String(repeating: "a", count: 32)
    static let other = String(repeating: "b", count: 32)

    private func created(_ more: [String: String] = [:]) async throws -> Fixture {
        let fixture = try Fixture()
        let query = ["Name": "app/db", "SecretString": "one", "ClientRequestToken": Self.token].merging(more) { $1 }
        try await fixture.secrets("CreateSecret", query.filter { !$0.value.isEmpty })
        return fixture
    }

    private func value(_ fixture: Fixture, _ query: [String: String] = [:]) async throws -> String? {
        try await fixture.secrets("GetSecretValue", ["SecretId": "app/db"].merging(query) { $1 })["SecretString"] as? String
    }

    private func stages(_ fixture: Fixture) async throws -> [String: [String]] {
        let described = try await fixture.secrets("DescribeSecret", ["SecretId": "app/db"])
        return try #require(described["VersionIdsToStages"] as? [String: [String]])
    }

    private func refuses(
        _ fixture: Fixture, _ action: String, _ query: [String: String], _ code: String, _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await fixture.refuses(
            action, query, code: code, saying: text, service: .secretsmanager, sourceLocation: sourceLocation)
    }

    @Test func creation() async throws {
        let fixture = try await created(["Tags.1.Key": "a", "Tags.1.Value": "b", "Description": "d"])
        let described = try await fixture.secrets("DescribeSecret", ["SecretId": "app/db"])
        let arn = try #require(described["ARN"] as? String)
        #expect(try #/arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-[A-Za-z0-9]{6}/#.wholeMatch(in: arn) != nil)
        #expect(described["Description"] as? String == "d")
        #expect(described["KmsKeyId"] == nil)
        #expect(described["OwningService"] == nil)
        #expect(described["RotationEnabled"] as? Bool == false)
        #expect(try await value(fixture) == "one")
        let stored = try #require(fixture.store.list(Secret.self).first)
        #expect(!String(decoding: try JSONEncoder().encode(stored), as: UTF8.self).contains("one"))
        let again = ["Name": "app/db", "SecretString": "one", "ClientRequestToken": Self.token]
        #expect(try await fixture.secrets("CreateSecret", again)["ARN"] as? String == arn)
        for change in [["SecretString": "two"], ["ClientRequestToken": Self.other]] {
            await refuses(
                fixture, "CreateSecret", again.merging(change) { $1 }, "ResourceExistsException",
                "The operation failed because the secret app/db already exists.")
        }
    }

    @Test func binaryAndNoValueAtAll() async throws {
        let fixture = try Fixture()
        try await fixture.secrets("CreateSecret", ["Name": "empty"])
        await refuses(
            fixture, "GetSecretValue", ["SecretId": "empty"], "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
        let bytes = Data([0, 1, 255]).base64EncodedString()
        try await fixture.secrets(
            "PutSecretValue", ["SecretId": "empty", "SecretBinary": bytes, "VersionStages.1": "AWSPENDING"])
        let answer = try await fixture.secrets("GetSecretValue", ["SecretId": "empty"])
        #expect(answer["SecretBinary"] as? String == bytes)
        #expect(answer["SecretString"] == nil)
        #expect(Set(answer["VersionStages"] as? [String] ?? []) == ["AWSCURRENT", "AWSPENDING"])
    }

    @Test func newValuesMoveTheLabels() async throws {
        let fixture = try await created()
        let put = ["SecretId": "app/db", "SecretString": "two", "ClientRequestToken": Self.other]
        let answer = try await fixture.secrets("PutSecretValue", put)
        #expect(answer["VersionStages"] as? [String] == ["AWSCURRENT"])
        #expect(try await stages(fixture) == [Self.token: ["AWSPREVIOUS"], Self.other: ["AWSCURRENT"]])
        let revision = fixture.store.revision
        #expect(try await fixture.secrets("PutSecretValue", put)["VersionId"] as? String == Self.other)
        #expect(fixture.store.revision == revision, "the same request changes nothing")
        await refuses(
            fixture, "PutSecretValue", put.merging(["SecretString": "three"]) { $1 }, "ResourceExistsException",
            "already in use for a version of secret")
        await refuses(fixture, "UpdateSecret", put, "ResourceExistsException", "already in use")
        #expect(try await value(fixture, ["VersionStage": "AWSPREVIOUS"]) == "one")
        await refuses(
            fixture, "GetSecretValue", ["SecretId": "app/db", "VersionId": Self.token, "VersionStage": "AWSCURRENT"],
            "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
    }

    @Test func labelsByHand() async throws {
        let fixture = try await created()
        try await fixture.secrets(
            "PutSecretValue",
            ["SecretId": "app/db", "SecretString": "two", "ClientRequestToken": Self.other, "VersionStages.1": "AWSPENDING"])
        let move = { (stage: String, from: String?, to: String?) in
            ["SecretId": "app/db", "VersionStage": stage, "RemoveFromVersionId": from ?? "", "MoveToVersionId": to ?? ""]
        }
        for (query, code, text) in [
            (
                move("AWSCURRENT", nil, Self.other), "InvalidParameterException",
                "RemoveFromVersionId can't be empty. Staging label"
            ),
            (move("AWSCURRENT", Self.other, Self.other), "InvalidParameterException", "is not valid"),
            (move("AWSCURRENT", Self.token, nil), "InvalidParameterException", "can only move staging label AWSCURRENT"),
            (move("blue", Self.token, nil), "InvalidParameterException", "is not attached"),
            (move("blue", nil, nil), "InvalidParameterException", "You must specify"),
            (move("blue", nil, String(repeating: "c", count: 32)), "ResourceNotFoundException", "version"),
        ] as [([String: String], String, String)] {
            await refuses(fixture, "UpdateSecretVersionStage", query, code, text)
        }
        try await fixture.secrets("UpdateSecretVersionStage", move("AWSCURRENT", Self.token, Self.other))
        #expect(try await stages(fixture) == [Self.token: ["AWSPREVIOUS"], Self.other: ["AWSPENDING", "AWSCURRENT"]])
        try await fixture.secrets("UpdateSecretVersionStage", move("AWSPENDING", Self.other, nil))
        try await fixture.secrets("UpdateSecretVersionStage", move("AWSPREVIOUS", Self.token, nil))
        #expect(try await stages(fixture) == [Self.other: ["AWSCURRENT"]])
        let list = { (more: [String: String]) in
            let answer = try await fixture.secrets("ListSecretVersionIds", ["SecretId": "app/db"].merging(more) { $1 })
            return try #require(answer["Versions"] as? [[String: Any]]).compactMap { $0["VersionId"] as? String }
        }
        #expect(try await list([:]) == [Self.other])
        #expect(Set(try await list(["IncludeDeprecated": "true"])) == [Self.token, Self.other])
        #expect(try await value(fixture, ["VersionId": Self.token]) == "one", "a deprecated version is there until it goes")
    }

    @Test func deletionAndRestoration() async throws {
        let fixture = try await created()
        let answer = try await fixture.secrets("DeleteSecret", ["SecretId": "app/db", "RecoveryWindowInDays": "7"])
        #expect(answer["DeletionDate"] as? Double == Fixture.start.timeIntervalSince1970 + 7 * 86_400)
        let marked = "You can't perform this operation on the secret because it was marked for deletion."
        for (action, more) in [
            ("GetSecretValue", [:]), ("PutSecretValue", ["SecretString": "x"]), ("UpdateSecret", ["SecretString": "x"]),
            ("TagResource", ["Tags.1.Key": "a", "Tags.1.Value": "b"]), ("RotateSecret", [:]), ("GetResourcePolicy", [:]),
            ("UpdateSecretVersionStage", ["VersionStage": "x", "MoveToVersionId": Self.token]),
        ] as [(String, [String: String])] {
            await refuses(fixture, action, ["SecretId": "app/db"].merging(more) { $1 }, "InvalidRequestException", marked)
        }
        await refuses(
            fixture, "DeleteSecret", ["SecretId": "app/db"], "InvalidRequestException", "already scheduled for deletion")
        await refuses(
            fixture, "CreateSecret", ["Name": "app/db"], "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.")
        #expect((try await fixture.secrets("ListSecrets")["SecretList"] as? [Any])?.isEmpty == true)
        let planned =
            try await fixture.secrets("ListSecrets", ["IncludePlannedDeletion": "true"])["SecretList"] as? [[String: Any]]
        #expect(planned?.first?["DeletedDate"] as? Double == Fixture.start.timeIntervalSince1970 + 7 * 86_400)
        try await fixture.secrets("RestoreSecret", ["SecretId": "app/db"])
        #expect(try await value(fixture) == "one")
        try await fixture.secrets("DeleteSecret", ["SecretId": "app/db", "ForceDeleteWithoutRecovery": "true"])
        #expect(fixture.store.list(Secret.self).isEmpty)
        try await fixture.secrets("DeleteSecret", ["SecretId": "app/db", "ForceDeleteWithoutRecovery": "true"])
        await refuses(fixture, "DeleteSecret", ["SecretId": "app/db"], "ResourceNotFoundException", "can't find")
    }

    @Test func aKeyOfOnesOwn() async throws {
        let fixture = try Fixture()
        let made = try await fixture.kms("CreateKey")["KeyMetadata"] as? [String: Any]
        let key = try #require(made?["KeyId"] as? String)
        try await fixture.secrets("CreateSecret", ["Name": "app/db", "SecretString": "one", "KmsKeyId": key])
        #expect(try await fixture.secrets("DescribeSecret", ["SecretId": "app/db"])["KmsKeyId"] as? String == key)
        try await fixture.kms("DisableKey", ["KeyId": key])
        await refuses(fixture, "GetSecretValue", ["SecretId": "app/db"], "DecryptionFailure", "is disabled")
        await refuses(
            fixture, "PutSecretValue", ["SecretId": "app/db", "SecretString": "x"], "EncryptionFailure", "is disabled")
        await refuses(fixture, "UpdateSecret", ["SecretId": "app/db", "KmsKeyId": ""], "DecryptionFailure", "is disabled")
        try await fixture.kms("EnableKey", ["KeyId": key])
        #expect(try await value(fixture) == "one")
        try await fixture.secrets("UpdateSecret", ["SecretId": "app/db", "KmsKeyId": ""])
        #expect(try await fixture.secrets("DescribeSecret", ["SecretId": "app/db"])["KmsKeyId"] == nil)
        try await fixture.kms("ScheduleKeyDeletion", ["KeyId": key])
        #expect(try await value(fixture) == "one", "it was encrypted anew")
        await refuses(
            fixture, "UpdateSecret", ["SecretId": "app/db", "KmsKeyId": "alias/none"], "EncryptionFailure", "alias/none")
    }

    @Test func severalAtOnce() async throws {
        let fixture = try await created()
        try await fixture.secrets("CreateSecret", ["Name": "empty"])
        let answer = try await fixture.secrets(
            "BatchGetSecretValue", ["SecretIdList.1": "app/db", "SecretIdList.2": "empty", "SecretIdList.3": "nobody"])
        #expect((answer["SecretValues"] as? [[String: Any]])?.map { $0["SecretString"] as? String } == ["one"])
        let errors = try #require(answer["Errors"] as? [[String: String]])
        #expect(errors.map { $0["SecretId"] } == ["empty", "nobody"])
        #expect(errors.allSatisfy { $0["ErrorCode"] == "ResourceNotFoundException" })
        let filtered = try await fixture.secrets(
            "BatchGetSecretValue", ["Filters.1.Key": "name", "Filters.1.Values.1": "app", "MaxResults": "1"])
        #expect((filtered["SecretValues"] as? [Any])?.count == 1)
        for query in [[:], ["SecretIdList.1": "a", "Filters.1.Key": "name", "Filters.1.Values.1": "a"]] {
            await refuses(fixture, "BatchGetSecretValue", query, "InvalidParameterException", "but not both")
        }
        await refuses(
            fixture, "BatchGetSecretValue", ["SecretIdList.1": "a", "MaxResults": "1"], "InvalidParameterException", "Filters")
    }

    @Test func tagsAndPolicies() async throws {
        let fixture = try await created()
        try await fixture.secrets("TagResource", ["SecretId": "app/db", "Tags.1.Key": "a", "Tags.1.Value": "1"])
        try await fixture.secrets(
            "TagResource", ["SecretId": "app/db", "Tags.1.Key": "a", "Tags.1.Value": "2", "Tags.2.Key": "b", "Tags.2.Value": ""])
        try await fixture.secrets("UntagResource", ["SecretId": "app/db", "TagKeys.1": "b"])
        let tags = try await fixture.secrets("DescribeSecret", ["SecretId": "app/db"])["Tags"] as? [[String: String]]
        #expect(tags == [["Key": "a", "Value": "2"]])
        let open = #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue"}]}"#
        await refuses(
            fixture, "PutResourcePolicy", ["SecretId": "app/db", "ResourcePolicy": open, "BlockPublicPolicy": "true"],
            "PublicPolicyException", "everybody")
        await refuses(
            fixture, "PutResourcePolicy", ["SecretId": "app/db", "ResourcePolicy": "{}"], "MalformedPolicyDocumentException",
            "syntax")
        try await fixture.secrets("PutResourcePolicy", ["SecretId": "app/db", "ResourcePolicy": open])
        #expect(try await fixture.secrets("GetResourcePolicy", ["SecretId": "app/db"])["ResourcePolicy"] as? String == open)
        try await fixture.secrets("DeleteResourcePolicy", ["SecretId": "app/db"])
        #expect(try await fixture.secrets("GetResourcePolicy", ["SecretId": "app/db"])["ResourcePolicy"] == nil)
    }

    @Test func whatRDSManagesIsRDSs() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        let arn = try #require(try fixture.stored().master.secretARN)
        for (action, more) in [
            ("PutSecretValue", ["SecretString": "x"]), ("UpdateSecret", ["SecretString": "x"]), ("DeleteSecret", [:]),
            ("DeleteSecret", ["ForceDeleteWithoutRecovery": "true"]),
            ("UpdateSecretVersionStage", ["VersionStage": "x", "MoveToVersionId": Self.token]),
        ] as [(String, [String: String])] {
            await refuses(
                fixture, action, ["SecretId": arn].merging(more) { $1 }, "InvalidRequestException", "it is managed by rds")
        }
        let own = try await created()
        await refuses(own, "RotateSecret", ["SecretId": "app/db"], "InvalidRequestException", "No Lambda rotation function ARN")
        try await own.secrets("CancelRotateSecret", ["SecretId": "app/db"])
    }

    @Test(arguments: [
        ("CreateSecret", ["Name": "a b"], "InvalidParameterException", "Invalid name"),
        ("CreateSecret", ["Name": "rds!db-x"], "InvalidParameterException", "Invalid name"),
        ("CreateSecret", ["Name": "a", "SecretString": "x", "SecretBinary": "eA=="], "InvalidParameterException", "both"),
        ("CreateSecret", ["Name": "a", "SecretBinary": "?"], "SerializationException", "base64"),
        (
            "CreateSecret", ["Name": "a", "SecretString": String(repeating: "x", count: 65_537)], "InvalidParameterException",
            "65536"
        ),
        ("CreateSecret", ["Name": "a", "ClientRequestToken": "x"], "InvalidParameterException", "32 to 64"),
        ("CreateSecret", ["Name": "a", "KmsKeyId": "nope"], "EncryptionFailure", "nope"),
        (
            "CreateSecret", ["Name": "a", "AddReplicaRegions.1.Region": "eu-west-1"], "InvalidRequestException",
            "AddReplicaRegions"
        ),
        ("CreateSecret", ["Name": "a", "Tags.1.Key": "aws:x", "Tags.1.Value": "x"], "InvalidParameterException", "reserved"),
        ("PutSecretValue", ["SecretId": "a"], "InvalidRequestException", "You must provide either"),
        ("PutSecretValue", ["SecretId": "a", "SecretString": "x"], "ResourceNotFoundException", "can't find"),
        ("DeleteSecret", ["SecretId": "a", "RecoveryWindowInDays": "6"], "InvalidParameterException", "between 7 and 30"),
        (
            "DeleteSecret", ["SecretId": "a", "RecoveryWindowInDays": "7", "ForceDeleteWithoutRecovery": "true"],
            "InvalidParameterException", "in conjunction"
        ),
        ("GetRandomPassword", ["PasswordLength": "0"], "InvalidParameterException", "1 and 4096"),
        ("GetRandomPassword", ["PasswordLength": "3"], "InvalidParameterException", "too short"),
    ])
    func refusals(_ action: String, _ query: [String: String], _ code: String, _ text: String) async throws {
        await refuses(try Fixture(), action, query, code, text)
    }

    @Test func passwords() async throws {
        let fixture = try Fixture()
        let make = { (query: [String: String]) in
            try #require(try await fixture.secrets("GetRandomPassword", query)["RandomPassword"] as? String)
        }
        for _ in 0..<20 {
            let password = try await make([:])
            #expect(password.count == 32)
            for kind in [
                RandomSource.lowerLetters, RandomSource.upperLetters, RandomSource.digits, GetRandomPassword.punctuation,
            ] {
                #expect(password.contains { kind.contains($0) })
            }
        }
        let digits = try await make([
            "PasswordLength": "4096", "ExcludeLowercase": "true", "ExcludeUppercase": "true", "ExcludePunctuation": "true",
            "ExcludeCharacters": "01234",
        ])
        #expect(Set(digits) == Set("56789"))
        let one = try await make(["PasswordLength": "1", "RequireEachIncludedType": "false"])
        #expect(one.count == 1)
    }
}
