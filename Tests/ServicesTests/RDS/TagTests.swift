import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct TagTests {
    private let arn = "arn:aws:rds:us-east-1:123456789012:db:mydb"

    private func list(_ fixture: Fixture, _ arn: String? = nil) async throws -> [String] {
        let answer = try await fixture.rds("ListTagsForResource", ["ResourceName": arn ?? self.arn])
        return answer.all("TagList").map { "\($0["Key"]?.text ?? "")=\($0["Value"]?.text ?? "")" }
    }

    @Test func addReplaceListRemove() async throws {
        let fixture = try Fixture()
        try await fixture.create("mydb", ["Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "1"])
        try await fixture.rds(
            "AddTagsToResource",
            [
                "ResourceName": arn, "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "2", "Tags.Tag.2.Key": "b",
                "Tags.Tag.2.Value": "3",
            ])
        #expect(try await list(fixture) == ["a=2", "b=3"])
        try await fixture.rds(
            "RemoveTagsFromResource", ["ResourceName": arn, "TagKeys.member.1": "a", "TagKeys.member.2": "zzz"])
        #expect(try await list(fixture) == ["b=3"])
    }

    @Test func subnetGroupsHaveTagsToo() async throws {
        let fixture = try Fixture()
        let subnets = fixture.network.subnets
        try await fixture.rds(
            "CreateDBSubnetGroup",
            [
                "DBSubnetGroupName": "mine", "DBSubnetGroupDescription": "d", "SubnetIds.SubnetIdentifier.1": subnets[0].id,
                "SubnetIds.SubnetIdentifier.2": subnets[1].id, "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "1",
            ])
        let group = "arn:aws:rds:us-east-1:123456789012:subgrp:mine"
        try await fixture.rds("AddTagsToResource", ["ResourceName": group, "Tags.Tag.1.Key": "b"])
        #expect(try await list(fixture, group) == ["a=1", "b="])
        #expect(try await list(fixture, "arn:aws:rds:us-east-1:123456789012:subgrp:default") == [])
    }

    @Test(arguments: [
        ("db:mydb", "InvalidParameterValue", "Invalid resource name"),
        ("arn:aws:s3:::bucket", "InvalidParameterValue", "ARN of RDS"),
        ("arn:aws:rds:eu-west-1:123456789012:db:mydb", "InvalidParameterValue", "does not match an RDS resource in this region"),
        ("arn:aws:rds:us-east-1:999999999999:db:mydb", "InvalidParameterValue", "does not match an RDS resource in this region"),
        ("arn:aws:rds:us-east-1:123456789012:ri:x", "InvalidParameterValue", "not one of a DB instance"),
        ("arn:aws:rds:us-east-1:123456789012:snapshot:nobody", "DBSnapshotNotFound", "DBSnapshot nobody not found."),
        ("arn:aws:rds:us-east-1:123456789012:db:nobody", "DBInstanceNotFound", "DBInstance nobody not found."),
        ("arn:aws:rds:us-east-1:123456789012:subgrp:nobody", "DBSubnetGroupNotFoundFault", "nobody"),
        ("", "MissingParameter", "ResourceName"),
    ])
    func resourcesThatCannotBeTagged(name: String, code: String, text: String) async throws {
        let status = code.contains("NotFound") ? 404 : 400
        let fixture = try Fixture()
        try await fixture.create()
        await fixture.refuses(
            "AddTagsToResource", ["ResourceName": name, "Tags.Tag.1.Key": "a"], code: code, status: status, saying: text)
        await fixture.refuses("ListTagsForResource", ["ResourceName": name], code: code, status: status, saying: text)
    }

    @Test func theRulesOfTags() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        func refuse(_ tag: [String: String], _ text: String) async {
            let query = Dictionary(uniqueKeysWithValues: tag.map { ("Tags.Tag.1.\($0.key)", $0.value) })
            await fixture.refuses(
                "AddTagsToResource", query.merging(["ResourceName": arn]) { $1 }, code: "InvalidParameterValue", saying: text)
        }
        await refuse(["Key": "aws:x"], "reserved")
        await refuse(["Key": "RDS:x"], "reserved")
        await refuse(["Key": String(repeating: "k", count: 129)], "128")
        await refuse(["Key": "k", "Value": String(repeating: "v", count: 257)], "256")
        await refuse(["Key": "k;"], "letters, digits, spaces")
        await refuse(["Key": "k", "Colour": "red"], "Colour")
        await refuse(["Value": "v"], "without a Key")
        await fixture.refuses("AddTagsToResource", ["ResourceName": arn], code: "MissingParameter", saying: "Tags")
        await fixture.refuses("RemoveTagsFromResource", ["ResourceName": arn], code: "MissingParameter", saying: "TagKeys")
        await fixture.refuses(
            "AddTagsToResource", ["ResourceName": arn, "Tags.Tag.1.Key": "k", "Tags.Tag.2.Key": "k"],
            code: "InvalidParameterValue", saying: "more than once")
    }

    @Test func fiftyAreEnough() async throws {
        let fixture = try Fixture()
        let fifty = (1...50).map { ("Tags.Tag.\($0).Key", "k\($0)") }
        try await fixture.create("mydb", Dictionary(uniqueKeysWithValues: fifty))
        await fixture.refuses(
            "AddTagsToResource", ["ResourceName": arn, "Tags.Tag.1.Key": "k51"], code: "InvalidParameterValue", saying: "50")
        try await fixture.rds("AddTagsToResource", ["ResourceName": arn, "Tags.Tag.1.Key": "k50", "Tags.Tag.1.Value": "new"])
    }
}
