import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct ParameterGroupTests {
    @Test func createDescribeCopyDelete() async throws {
        let fixture = try Fixture()
        let created = try await fixture.parameterGroup("MINE")
        #expect(created["DBParameterGroup.DBParameterGroupName"]?.text == "mine")
        #expect(created["DBParameterGroup.DBParameterGroupFamily"]?.text == "postgres15")
        #expect(created["DBParameterGroup.DBParameterGroupArn"]?.text == "arn:aws:rds:us-east-1:123456789012:pg:mine")
        try await fixture.setParameters("mine", [("work_mem", "8192", "immediate")])
        try await fixture.rds(
            "CopyDBParameterGroup",
            [
                "SourceDBParameterGroupIdentifier": "arn:aws:rds:us-east-1:123456789012:pg:mine",
                "TargetDBParameterGroupIdentifier": "copy", "TargetDBParameterGroupDescription": "d",
            ])
        #expect(try await fixture.parameters("copy").mapValues { $0["ParameterValue"]?.text } == ["work_mem": "8192"])
        let all = try await fixture.rds("DescribeDBParameterGroups")
        let names = all.all("DBParameterGroups").map { $0["DBParameterGroupName"]?.text }
        #expect(names == ["copy", "default.postgres15", "default.postgres16", "mine"])
        try await fixture.rds("DeleteDBParameterGroup", ["DBParameterGroupName": "mine"])
        #expect(fixture.store.list(DBParameterGroup.self).map(\.name) == ["copy"])
    }

    @Test func theDefaultGroupsAreAlwaysThereAndNobodys() async throws {
        let fixture = try Fixture()
        let group = ["DBParameterGroupName": "default.postgres15"]
        let found = try await fixture.rds("DescribeDBParameterGroups", group)
        #expect(found.all("DBParameterGroups").first?["Description"]?.text == "Default parameter group for postgres15")
        let change = Fixture.query([("work_mem", "8192", "immediate")], group: "default.postgres15")
        for (action, query) in [("ModifyDBParameterGroup", change), ("ResetDBParameterGroup", group)] {
            await fixture.refuses(
                action, query, code: "InvalidParameterValue", saying: "Cannot modify a default parameter group.")
        }
        await fixture.refuses(
            "DeleteDBParameterGroup", group, code: "InvalidDBParameterGroupState", saying: "default.postgres15")
        await fixture.refuses(
            "AddTagsToResource",
            ["ResourceName": "arn:aws:rds:us-east-1:123456789012:pg:default.postgres15", "Tags.Tag.1.Key": "a"],
            code: "InvalidParameterValue", saying: "default.postgres15")
    }

    @Test(arguments: [
        ("mine", "postgres15", "DBParameterGroupAlreadyExists", "mine"),
        ("1st", "postgres15", "InvalidParameterValue", "DBParameterGroupName"),
        ("a--b", "postgres15", "InvalidParameterValue", "DBParameterGroupName"),
        ("a-", "postgres15", "InvalidParameterValue", "DBParameterGroupName"),
        ("a_b", "postgres15", "InvalidParameterValue", "DBParameterGroupName"),
        ("default.mine", "postgres15", "InvalidParameterValue", "default."),
        ("other", "postgres99", "InvalidParameterValue", "postgres15, postgres16"),
        ("other", "mariadb10.11", "InvalidParameterValue", "mariadb10.11"),
    ])
    func whatCannotBeCreated(_ name: String, _ family: String, _ code: String, _ words: String) async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        await fixture.refuses(
            "CreateDBParameterGroup",
            ["DBParameterGroupName": name, "DBParameterGroupFamily": family, "Description": "d"], code: code, saying: words)
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let fixture = try Fixture()
        let queries = [
            "DeleteDBParameterGroup": ["DBParameterGroupName": "nobody"],
            "DescribeDBParameterGroups": ["DBParameterGroupName": "nobody"],
            "DescribeDBParameters": ["DBParameterGroupName": "arn:aws:rds:us-east-1:123456789012:pg:nobody"],
            "ModifyDBParameterGroup": Fixture.query([("work_mem", "8192", "immediate")], group: "nobody"),
            "ResetDBParameterGroup": ["DBParameterGroupName": "nobody"],
            "CopyDBParameterGroup": [
                "SourceDBParameterGroupIdentifier": "nobody", "TargetDBParameterGroupIdentifier": "x",
                "TargetDBParameterGroupDescription": "d",
            ],
        ]
        for (action, query) in queries {
            await fixture.refuses(action, query, code: "DBParameterGroupNotFound", status: 404, saying: "nobody")
        }
    }

    @Test func thereIsAQuota() async throws {
        let fixture = try Fixture()
        for number in 0..<ParameterGroupRules.quota { try await fixture.parameterGroup("g\(number)") }
        await fixture.refuses(
            "CreateDBParameterGroup",
            ["DBParameterGroupName": "more", "DBParameterGroupFamily": "postgres15", "Description": "d"],
            code: "DBParameterGroupQuotaExceeded", saying: "50")
        let quotas = try await fixture.rds("DescribeAccountAttributes").all("AccountQuotas")
        let quota = quotas.first { $0["AccountQuotaName"]?.text == "DBParameterGroups" }
        #expect(quota?["Used"]?.text == "50" && quota?["Max"]?.text == "50")
    }

    @Test func tagsAndEvents() async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        let arn = "arn:aws:rds:us-east-1:123456789012:pg:mine"
        try await fixture.rds("AddTagsToResource", ["ResourceName": arn, "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "b"])
        let tags = try await fixture.rds("ListTagsForResource", ["ResourceName": arn])
        #expect(tags["TagList.Tag.Value"]?.text == "b")
        try await fixture.setParameters("mine", [("work_mem", "8192", "immediate")])
        try await fixture.rds("ResetDBParameterGroup", ["DBParameterGroupName": "mine"])
        fixture.advance(1)
        let events = try await fixture.rds(
            "DescribeEvents", ["SourceType": "db-parameter-group", "SourceIdentifier": "mine"]
        ).all("Events")
        #expect(
            events.map { $0["Message"]?.text } == [
                "Updated parameter work_mem to 8192 with apply method immediate",
                "Reset parameter work_mem with apply method immediate",
            ])
        #expect(events.first?["SourceArn"]?.text == arn)
    }
}
