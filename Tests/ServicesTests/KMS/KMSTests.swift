import AWSWire
import Foundation
import Keys
import Resources
import Testing

@testable import Services

@Suite struct KMSTests {
    static let hello = Data("hello".utf8).base64EncodedString()

    private func key(_ fixture: Fixture, _ query: [String: String] = [:]) async throws -> String {
        let metadata = try #require(try await fixture.kms("CreateKey", query)["KeyMetadata"] as? [String: Any])
        return try #require(metadata["KeyId"] as? String)
    }

    private func encrypt(_ fixture: Fixture, _ key: String, _ more: [String: String] = [:]) async throws -> String {
        let query = ["KeyId": key, "Plaintext": Self.hello].merging(more) { $1 }
        return try #require(try await fixture.kms("Encrypt", query)["CiphertextBlob"] as? String)
    }

    private func refuses(
        _ fixture: Fixture, _ action: String, _ query: [String: String], _ code: String, _ text: String, status: Int = 400,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await fixture.refuses(
            action, query, code: code, status: status, saying: text, service: .kms, sourceLocation: sourceLocation)
    }

    @Test func aNewKeyIsEnabledAndHasAWSsPolicy() async throws {
        let fixture = try Fixture()
        let query = ["Description": "d", "Tags.1.TagKey": "a", "Tags.1.TagValue": ""]
        let metadata = try #require(try await fixture.kms("CreateKey", query)["KeyMetadata"] as? [String: Any])
        let id = try #require(metadata["KeyId"] as? String)
        #expect(metadata["Arn"] as? String == "arn:aws:kms:us-east-1:123456789012:key/\(id)")
        #expect(metadata["KeyState"] as? String == "Enabled")
        #expect(metadata["Enabled"] as? Bool == true)
        #expect(metadata["KeyManager"] as? String == "CUSTOMER")
        #expect(metadata["Origin"] as? String == "AWS_KMS")
        #expect(metadata["CreationDate"] as? Double == Fixture.start.timeIntervalSince1970)
        let policy = try #require(try await fixture.kms("GetKeyPolicy", ["KeyId": id])["Policy"] as? String)
        #expect(policy.contains("arn:aws:iam::123456789012:root"))
        let tags = try await fixture.kms("ListResourceTags", ["KeyId": id])["Tags"] as? [[String: String]]
        #expect(tags == [["TagKey": "a", "TagValue": ""]])
        let names = try await fixture.kms("ListKeyPolicies", ["KeyId": id])["PolicyNames"] as? [String]
        #expect(names == ["default"])
    }

    @Test func whatIsEncryptedIsDecryptedByAnyOfTheKeysNames() async throws {
        let fixture = try Fixture()
        let id = try await key(fixture)
        let arn = "arn:aws:kms:us-east-1:123456789012:key/\(id)"
        try await fixture.kms("CreateAlias", ["AliasName": "alias/app", "TargetKeyId": id])
        for name in [id, arn, "alias/app", "arn:aws:kms:us-east-1:123456789012:alias/app"] {
            let blob = try await encrypt(fixture, name, ["EncryptionContext.app": "x"])
            for query in [[:], ["KeyId": name]] {
                let answer = try await fixture.kms(
                    "Decrypt", ["CiphertextBlob": blob, "EncryptionContext.app": "x"].merging(query) { $1 })
                #expect(answer["Plaintext"] as? String == Self.hello)
                #expect(answer["KeyId"] as? String == arn)
            }
            await refuses(fixture, "Decrypt", ["CiphertextBlob": blob], "InvalidCiphertextException", "encryption context")
        }
    }

    @Test func aCiphertextBelongsToItsKeyAndItsRegion() async throws {
        let fixture = try Fixture()
        let (id, other) = (try await key(fixture), try await key(fixture))
        let blob = try await encrypt(fixture, id)
        await refuses(fixture, "Decrypt", ["CiphertextBlob": blob, "KeyId": other], "IncorrectKeyException", "key ID")
        await refuses(fixture, "Decrypt", ["CiphertextBlob": Self.hello], "InvalidCiphertextException", "")
        await #expect(throws: Fault.self) {
            try await fixture.kms("Decrypt", ["CiphertextBlob": blob], region: "eu-west-1")
        }
        let moved = try await fixture.kms(
            "ReEncrypt", ["CiphertextBlob": blob, "DestinationKeyId": other, "DestinationEncryptionContext.a": "b"])
        let new = try #require(moved["CiphertextBlob"] as? String)
        let answer = try await fixture.kms("Decrypt", ["CiphertextBlob": new, "EncryptionContext.a": "b", "KeyId": other])
        #expect(answer["Plaintext"] as? String == Self.hello)
    }

    @Test func dataKeysAndRandomBytes() async throws {
        let fixture = try Fixture()
        let id = try await key(fixture)
        for (query, count) in [(["KeySpec": "AES_256"], 32), (["KeySpec": "AES_128"], 16), (["NumberOfBytes": "1024"], 1024)] {
            let made = try await fixture.kms("GenerateDataKey", ["KeyId": id].merging(query) { $1 })
            let plaintext = try #require(made["Plaintext"] as? String)
            #expect(Data(base64Encoded: plaintext)?.count == count)
            let opened = try await fixture.kms("Decrypt", ["CiphertextBlob": try #require(made["CiphertextBlob"] as? String)])
            #expect(opened["Plaintext"] as? String == plaintext)
        }
        let bare = try await fixture.kms("GenerateDataKeyWithoutPlaintext", ["KeyId": id, "KeySpec": "AES_256"])
        #expect(bare["Plaintext"] == nil)
        let random = try await fixture.kms("GenerateRandom", ["NumberOfBytes": "17"])
        #expect(Data(base64Encoded: try #require(random["Plaintext"] as? String))?.count == 17)
    }

    @Test func disabledPendingAndBack() async throws {
        let fixture = try Fixture()
        let id = try await key(fixture)
        let blob = try await encrypt(fixture, id)
        try await fixture.kms("DisableKey", ["KeyId": id])
        for (action, query) in [
            ("Encrypt", ["KeyId": id, "Plaintext": Self.hello]), ("Decrypt", ["CiphertextBlob": blob]),
            ("GenerateDataKey", ["KeyId": id, "KeySpec": "AES_256"]),
            ("ReEncrypt", ["CiphertextBlob": blob, "DestinationKeyId": id]), ("EnableKeyRotation", ["KeyId": id]),
            ("RotateKeyOnDemand", ["KeyId": id]),
        ] {
            await refuses(fixture, action, query, "DisabledException", "key/\(id) is disabled.")
        }
        try await fixture.kms("EnableKey", ["KeyId": id])
        #expect(try await fixture.kms("Decrypt", ["CiphertextBlob": blob])["Plaintext"] as? String == Self.hello)

        let gone = try await fixture.kms("ScheduleKeyDeletion", ["KeyId": id, "PendingWindowInDays": "7"])
        #expect(gone["DeletionDate"] as? Double == Fixture.start.timeIntervalSince1970 + 7 * 86_400)
        #expect(gone["KeyState"] as? String == "PendingDeletion")
        for (action, query) in [
            ("Encrypt", ["KeyId": id, "Plaintext": Self.hello]), ("Decrypt", ["CiphertextBlob": blob]),
            ("EnableKey", ["KeyId": id]), ("DisableKey", ["KeyId": id]), ("ScheduleKeyDeletion", ["KeyId": id]),
            ("EnableKeyRotation", ["KeyId": id]), ("UpdateKeyDescription", ["KeyId": id, "Description": ""]),
            ("TagResource", ["KeyId": id, "Tags.1.TagKey": "a", "Tags.1.TagValue": "b"]),
            ("CreateAlias", ["AliasName": "alias/x", "TargetKeyId": id]),
        ] {
            await refuses(fixture, action, query, "KMSInvalidStateException", "key/\(id) is pending deletion.")
        }
        try await fixture.kms("CancelKeyDeletion", ["KeyId": id])
        let metadata = try await fixture.kms("DescribeKey", ["KeyId": id])["KeyMetadata"] as? [String: Any]
        #expect(metadata?["KeyState"] as? String == "Disabled")
        await refuses(fixture, "CancelKeyDeletion", ["KeyId": id], "KMSInvalidStateException", "is not pending deletion")
    }

    @Test func aliases() async throws {
        let fixture = try Fixture()
        let (one, two) = (try await key(fixture), try await key(fixture))
        try await fixture.kms("CreateAlias", ["AliasName": "alias/a", "TargetKeyId": one])
        try await fixture.kms("CreateAlias", ["AliasName": "alias/b", "TargetKeyId": one])
        let again = ["AliasName": "alias/a", "TargetKeyId": two]
        await refuses(
            fixture, "CreateAlias", again, "AlreadyExistsException",
            "An alias with the name arn:aws:kms:us-east-1:123456789012:alias/a already exists")
        try await fixture.kms("UpdateAlias", again)
        let list = try await fixture.kms("ListAliases", ["KeyId": one])["Aliases"] as? [[String: Any]]
        #expect(list?.map { $0["AliasName"] as? String } == ["alias/b"])
        try await fixture.kms("DeleteAlias", ["AliasName": "alias/b"])
        let gone = "Alias arn:aws:kms:us-east-1:123456789012:alias/b is not found."
        await refuses(fixture, "DeleteAlias", ["AliasName": "alias/b"], "NotFoundException", gone)
        await refuses(fixture, "UpdateAlias", ["AliasName": "alias/b", "TargetKeyId": one], "NotFoundException", gone)
        await refuses(fixture, "DescribeKey", ["KeyId": "alias/b"], "NotFoundException", gone)
        let shown = try await fixture.kms("DescribeKey", ["KeyId": "alias/a"])["KeyMetadata"] as? [String: Any]
        #expect(shown?["KeyId"] as? String == two)
    }

    @Test func awsOwnKeysComeAtFirstUseAndAreAWSs() async throws {
        let fixture = try Fixture()
        #expect((try await fixture.kms("ListKeys")["Keys"] as? [Any])?.isEmpty == true)
        let metadata = try #require(
            try await fixture.kms("DescribeKey", ["KeyId": "alias/aws/rds"])["KeyMetadata"] as? [String: Any])
        #expect(metadata["KeyManager"] as? String == "AWS")
        let id = try #require(metadata["KeyId"] as? String)
        let blob = try await encrypt(fixture, "alias/aws/rds")
        #expect(try await fixture.kms("Decrypt", ["CiphertextBlob": blob])["KeyId"] as? String == metadata["Arn"] as? String)
        let status = try await fixture.kms("GetKeyRotationStatus", ["KeyId": id])
        #expect(status["KeyRotationEnabled"] as? Bool == true)
        for (action, more) in [
            ("DisableKey", [:]), ("ScheduleKeyDeletion", [:]), ("DisableKeyRotation", [:]), ("RotateKeyOnDemand", [:]),
            ("PutKeyPolicy", ["Policy": KeyPolicy.standard(account: Fixture.account, region: "us-east-1")]),
            ("TagResource", ["Tags.1.TagKey": "a", "Tags.1.TagValue": "b"]), ("UpdateKeyDescription", ["Description": "x"]),
        ] as [(String, [String: String])] {
            await refuses(fixture, action, ["KeyId": id].merging(more) { $1 }, "AccessDeniedException", "AWS managed key")
        }
        await refuses(
            fixture, "CreateAlias", ["AliasName": "alias/mine", "TargetKeyId": id], "AccessDeniedException", "AWS managed")
        await refuses(fixture, "DescribeKey", ["KeyId": "alias/aws/s3"], "NotFoundException", "is not found")
    }

    @Test func rotation() async throws {
        let fixture = try Fixture()
        let id = try await key(fixture)
        let blob = try await encrypt(fixture, id)
        #expect(try await fixture.kms("GetKeyRotationStatus", ["KeyId": id])["KeyRotationEnabled"] as? Bool == false)
        try await fixture.kms("EnableKeyRotation", ["KeyId": id, "RotationPeriodInDays": "90"])
        var status = try await fixture.kms("GetKeyRotationStatus", ["KeyId": id])
        #expect(status["RotationPeriodInDays"] as? Int == 90)
        #expect(status["NextRotationDate"] as? Double == Fixture.start.timeIntervalSince1970 + 90 * 86_400)
        fixture.advance(86_400)
        try await fixture.kms("EnableKeyRotation", ["KeyId": id])
        status = try await fixture.kms("GetKeyRotationStatus", ["KeyId": id])
        #expect(status["NextRotationDate"] as? Double == Fixture.start.timeIntervalSince1970 + 90 * 86_400)
        for _ in 0..<25 { try await fixture.kms("RotateKeyOnDemand", ["KeyId": id]) }
        await refuses(fixture, "RotateKeyOnDemand", ["KeyId": id], "LimitExceededException", "25")
        let list = try #require(try await fixture.kms("ListKeyRotations", ["KeyId": id])["Rotations"] as? [[String: Any]])
        #expect(list.count == 25 && list.last?["KeyMaterialState"] as? String == "CURRENT")
        #expect(try await fixture.kms("Decrypt", ["CiphertextBlob": blob])["Plaintext"] as? String == Self.hello)
        #expect(try CiphertextBlob(Data(base64Encoded: try await encrypt(fixture, id)) ?? Data()).version == 26)
    }

    @Test func pages() async throws {
        let fixture = try Fixture()
        for _ in 0..<5 { _ = try await key(fixture) }
        var seen: [String] = []
        var marker: String?
        repeat {
            let page = try await fixture.kms("ListKeys", ["Limit": "2"].merging(marker.map { ["Marker": $0] } ?? [:]) { $1 })
            seen += try #require(page["Keys"] as? [[String: String]]).compactMap { $0["KeyId"] }
            marker = page["NextMarker"] as? String
            #expect(page["Truncated"] as? Bool == (marker != nil))
        } while marker != nil
        #expect(seen == fixture.store.list(KMSKey.self).map(\.id))
        await refuses(fixture, "ListKeys", ["Marker": "?"], "InvalidMarkerException", "Marker")
    }

    private static let foreign =
        #"{"Statement":{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"kms:*","Resource":"*"}}"#
    private static let denied =
        #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},"#
        + #"{"Effect":"Deny","Principal":"*","Action":["kms:Put*"]}]}"#

    @Test(arguments: [
        ("CreateKey", ["KeySpec": "RSA_2048"], "UnsupportedOperationException", "KeySpec"),
        ("CreateKey", ["KeyUsage": "SIGN_VERIFY"], "UnsupportedOperationException", "KeyUsage"),
        ("CreateKey", ["Origin": "EXTERNAL"], "UnsupportedOperationException", "Origin"),
        ("CreateKey", ["MultiRegion": "true"], "UnsupportedOperationException", "MultiRegion"),
        ("CreateKey", ["Policy": "{"], "MalformedPolicyDocumentException", "JSON"),
        ("CreateKey", ["Policy": foreign], "MalformedPolicyDocumentException", "in the future"),
        ("CreateKey", ["Policy": denied], "MalformedPolicyDocumentException", "in the future"),
        ("CreateKey", ["Policy": String(repeating: " ", count: 32_769)], "LimitExceededException", "32768"),
        ("CreateKey", ["Tags.1.TagKey": "aws:x", "Tags.1.TagValue": ""], "TagException", "aws:"),
        ("CreateKey", ["Tags.1.TagKey": "a", "Tags.2.TagKey": "a"], "TagException", "Duplicate"),
        ("CreateKey", ["Description": String(repeating: "x", count: 8193)], "ValidationException", "'description'"),
        ("DescribeKey", [:], "ValidationException", "'keyId'"),
        ("DescribeKey", ["KeyId": "nonsense"], "NotFoundException", "Invalid keyId 'nonsense'"),
        ("DescribeKey", ["KeyId": "01234567-89ab-cdef-0123-456789abcdef"], "NotFoundException", "does not exist"),
        ("DescribeKey", ["KeyId": "arn:aws:kms:eu-west-1:123456789012:key/x"], "NotFoundException", "Invalid arn eu-west-1"),
        ("DisableKey", ["KeyId": "alias/a"], "NotFoundException", "Invalid keyId 'alias/a'"),
        (
            "DisableKey", ["KeyId": "arn:aws:kms:us-east-1:123456789012:alias/a"], "InvalidArnException", "is an alias"
        ),
        ("CreateAlias", ["AliasName": "a", "TargetKeyId": "x"], "ValidationException", "alias/"),
        ("CreateAlias", ["AliasName": "alias/a b", "TargetKeyId": "x"], "ValidationException", "regular expression"),
        ("CreateAlias", ["AliasName": "alias/aws/a", "TargetKeyId": "x"], "InvalidAliasNameException", "AWS's own"),
        ("CreateAlias", ["AliasName": "alias/a", "TargetKeyId": "alias/b"], "ValidationException", "Not aliases"),
        ("GenerateRandom", ["NumberOfBytes": "1025"], "ValidationException", "less than or equal to 1024"),
        ("ListKeys", ["Limit": "1001"], "ValidationException", "1000"),
        ("ListKeys", ["Limit": "0"], "ValidationException", "greater than or equal to 1"),
        ("Decrypt", ["CiphertextBlob": "!"], "SerializationException", "base64"),
        ("Decrypt", [:], "ValidationException", "'ciphertextBlob'"),
    ])
    func refusals(_ action: String, _ query: [String: String], _ code: String, _ text: String) async throws {
        await refuses(try Fixture(), action, query, code, text)
    }

    @Test func refusalsThatNeedAKey() async throws {
        let fixture = try Fixture()
        let id = try await key(fixture)
        let long = Data(count: 4097).base64EncodedString()
        let context = String(repeating: "x", count: 8193)
        for (action, query, code, text) in [
            ("Encrypt", ["Plaintext": long], "ValidationException", "less than or equal to 4096"),
            ("Encrypt", ["Plaintext": ""], "ValidationException", "'plaintext'"),
            ("Encrypt", ["Plaintext": Self.hello, "EncryptionContext.a": context], "ValidationException", "8192"),
            ("Encrypt", ["Plaintext": Self.hello, "DryRun": "true"], "DryRunOperationException", "DryRun"),
            ("Encrypt", ["Plaintext": Self.hello, "GrantTokens.1": "x"], "UnsupportedOperationException", "GrantTokens"),
            ("GenerateDataKey", [:], "ValidationException", "number of bytes or key spec"),
            ("GenerateDataKey", ["KeySpec": "AES_256", "NumberOfBytes": "1"], "ValidationException", "not both"),
            ("GenerateDataKey", ["KeySpec": "AES_512"], "ValidationException", "enum value set"),
            ("ScheduleKeyDeletion", ["PendingWindowInDays": "6"], "ValidationException", "7"),
            ("ScheduleKeyDeletion", ["PendingWindowInDays": "31"], "ValidationException", "30"),
            ("EnableKeyRotation", ["RotationPeriodInDays": "89"], "ValidationException", "90"),
            ("GetKeyPolicy", ["PolicyName": "other"], "NotFoundException", "No such policy"),
            ("PutKeyPolicy", [:], "ValidationException", "'policy'"),
            ("TagResource", [:], "ValidationException", "'tags'"),
        ] as [(String, [String: String], String, String)] {
            await refuses(fixture, action, ["KeyId": id].merging(query) { $1 }, code, text)
        }
    }

    @Test(arguments: [
        ("kms:*", true), ("*", true), ("kms:Put*", true), ("KMS:putkeypolicy", true), ("kms:*Policy", true), ("kms:Get*", false),
        ("kms:*Key", false), ("kms:P*t*Policy", true), ("", false),
    ])
    func actionPatterns(pattern: String, matches: Bool) {
        #expect(PolicyDocument.matches("kms:PutKeyPolicy", pattern) == matches)
    }
}
