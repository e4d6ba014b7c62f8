import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct SecretsManagerTests {
    private func managed(_ names: String...) async throws -> Fixture {
        let fixture = try Fixture()
        for name in names {
            try await fixture.createAvailable(name, ["ManageMasterUserPassword": "true"])
            fixture.advance(60)
        }
        return fixture
    }

    private func secret(_ fixture: Fixture, of instance: String = "mydb") throws -> Secret {
        let arn = try #require(try fixture.stored(instance).master.secretARN)
        return try #require(fixture.store.get(Secret.self, region: "us-east-1", id: arn))
    }

    @Test func theValueByNameARNAndPartOfTheARN() async throws {
        let fixture = try await managed("mydb")
        let secret = try secret(fixture)
        for id in [secret.name, secret.arn, String(secret.arn.dropLast(7))] {
            let answer = try await fixture.secrets("GetSecretValue", ["SecretId": id])
            #expect(answer["ARN"] as? String == secret.arn)
            #expect(answer["Name"] as? String == secret.name)
            #expect(answer["SecretString"] as? String == (try fixture.text(of: secret.current, in: secret)))
            #expect(answer["VersionStages"] as? [String] == ["AWSCURRENT"])
            #expect(answer["CreatedDate"] as? Double == Fixture.start.timeIntervalSince1970)
        }
    }

    @Test func formerVersionsByStageAndID() async throws {
        let fixture = try await managed("mydb")
        let first = try #require(try secret(fixture).current)
        try await fixture.rds(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "RotateMasterUserPassword": "true", "ApplyImmediately": "true"])
        try await fixture.settle()
        let id = try secret(fixture).arn
        for query in [
            ["VersionStage": "AWSPREVIOUS"], ["VersionId": first.id], ["VersionId": first.id, "VersionStage": "AWSPREVIOUS"],
        ] {
            let answer = try await fixture.secrets("GetSecretValue", query.merging(["SecretId": id]) { $1 })
            #expect(answer["SecretString"] as? String == (try fixture.text(of: first, in: secret(fixture))))
        }
        let described = try await fixture.secrets("DescribeSecret", ["SecretId": id])
        let stages = try #require(described["VersionIdsToStages"] as? [String: [String]])
        #expect(stages[first.id] == ["AWSPREVIOUS"])
        #expect(stages.count == 2)
    }

    @Test func whatCannotBeFound() async throws {
        let fixture = try await managed("mydb")
        let id = try secret(fixture).arn
        let text = "Secrets Manager can't find the specified secret"
        for query in [
            ["SecretId": "nothing"], ["SecretId": id.replacing("us-east-1", with: "eu-west-1")],
            ["SecretId": "arn:aws:rds:us-east-1:1:db:x"],
            ["SecretId": id, "VersionStage": "AWSPREVIOUS"], ["SecretId": id, "VersionId": "x"],
            ["SecretId": id, "VersionStage": "AWSPENDING"],
        ] {
            await fixture.refuses(
                "GetSecretValue", query, code: "ResourceNotFoundException", saying: text, service: .secretsmanager)
        }
        await fixture.refuses(
            "DescribeSecret", ["SecretId": "nothing"], code: "ResourceNotFoundException", saying: text, service: .secretsmanager)
        await fixture.refuses(
            "GetSecretValue", [:], code: "InvalidParameterException", saying: "SecretId", service: .secretsmanager)
    }

    @Test func describeSaysAllButTheValue() async throws {
        let fixture = try await managed("mydb")
        let secret = try secret(fixture)
        var answer = try await fixture.secrets("DescribeSecret", ["SecretId": secret.name])
        #expect(answer["OwningService"] as? String == "rds")
        #expect(answer["RotationEnabled"] as? Bool == true)
        #expect(answer["LastAccessedDate"] == nil)
        #expect(answer["SecretString"] == nil)
        let tags = try #require(answer["Tags"] as? [[String: String]])
        #expect(tags == [["Key": "aws:rds:primaryDBInstanceArn", "Value": "arn:aws:rds:us-east-1:123456789012:db:mydb"]])
        _ = try await fixture.secrets("GetSecretValue", ["SecretId": secret.name])
        let revision = fixture.store.revision
        _ = try await fixture.secrets("GetSecretValue", ["SecretId": secret.name])
        #expect(fixture.store.revision == revision, "a second look on the same day writes nothing")
        answer = try await fixture.secrets("DescribeSecret", ["SecretId": secret.name])
        #expect(answer["LastAccessedDate"] as? Double == 1_763_596_800)
    }

    private func names(_ fixture: Fixture, _ query: [String: String]) async throws -> [String] {
        let list = try #require(try await fixture.secrets("ListSecrets", query)["SecretList"] as? [[String: Any]])
        return try list.map { entry in
            let arn = entry["ARN"] as? String
            return try #require(fixture.store.list(DBInstance.self).first { $0.master.secretARN == arn }).identifier
        }
    }

    @Test(
        arguments: [
            ([:], ["c", "b", "a"]), (["SortOrder": "asc"], ["a", "b", "c"]),
            (["Filters.1.Key": "owning-service", "Filters.1.Values.1": "rds"], ["c", "b", "a"]),
            (["Filters.1.Key": "owning-service", "Filters.1.Values.1": "!rds"], []),
            (["Filters.1.Key": "name", "Filters.1.Values.1": "rds!"], ["c", "b", "a"]),
            (["Filters.1.Key": "name", "Filters.1.Values.1": "db"], []),
            (["Filters.1.Key": "tag-key", "Filters.1.Values.1": "aws:rds:"], ["c", "b", "a"]),
            (["Filters.1.Key": "tag-value", "Filters.1.Values.1": "arn:aws:rds:us-east-1:123456789012:db:b"], ["b"]),
            (["Filters.1.Key": "description", "Filters.1.Values.1": "DB:C"], ["c"]),
            (["Filters.1.Key": "all", "Filters.1.Values.1": "db:a"], ["a"]),
            (["Filters.1.Key": "primary-region", "Filters.1.Values.1": "us"], []),
        ] as [([String: String], [String])])
    func lists(query: [String: String], expected: [String]) async throws {
        #expect(try await names(managed("a", "b", "c"), query) == expected)
    }

    @Test func pages() async throws {
        let fixture = try await managed("a", "b", "c")
        let first = try await fixture.secrets("ListSecrets", ["MaxResults": "2"])
        #expect((first["SecretList"] as? [Any])?.count == 2)
        let token = try #require(first["NextToken"] as? String)
        let second = try await fixture.secrets("ListSecrets", ["MaxResults": "2", "NextToken": token])
        #expect((second["SecretList"] as? [Any])?.count == 1)
        #expect(second["NextToken"] == nil)
    }

    @Test(arguments: [
        (["MaxResults": "0"], "InvalidParameterException", "MaxResults"),
        (["MaxResults": "101"], "InvalidParameterException", "100"),
        (["NextToken": "x"], "InvalidNextTokenException", "NextToken"),
        (["SortOrder": "up"], "InvalidParameterException", "SortOrder"),
        (["SortBy": "size"], "InvalidParameterException", "SortBy"),
        (["Filters.1.Key": "colour", "Filters.1.Values.1": "x"], "InvalidParameterException", "colour"),
        (["Filters.1.Key": "name"], "InvalidParameterException", "Values"),
    ])
    func refusals(query: [String: String], code: String, text: String) async throws {
        await (try Fixture()).refuses("ListSecrets", query, code: code, saying: text, service: .secretsmanager)
    }

    @Test func answersHaveTheShapesOfTheModel() async throws {
        let fixture = try await managed("mydb")
        let id = try secret(fixture).arn
        #expect(
            Set(try await fixture.secrets("GetSecretValue", ["SecretId": id]).keys)
                == ["ARN", "Name", "VersionId", "SecretString", "VersionStages", "CreatedDate"])
    }
}
