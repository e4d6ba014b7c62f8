import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct OptionGroupTests {
    private static func including(
        _ settings: [String: String], option: String = "AUDIT", group: String = "mine"
    ) -> [String: String] {
        var query = ["OptionGroupName": group, "OptionsToInclude.OptionConfiguration.1.OptionName": option]
        for (index, setting) in settings.sorted(by: { $0.key < $1.key }).enumerated() {
            let prefix = "OptionsToInclude.OptionConfiguration.1.OptionSettings.OptionSetting.\(index + 1)"
            query["\(prefix).Name"] = setting.key
            query["\(prefix).Value"] = setting.value
        }
        return query
    }

    private func members(_ fixture: Fixture) async throws -> [[String?]] {
        try await fixture.rds("DescribeDBInstances").all("DBInstances.DBInstance.OptionGroupMemberships")
            .map { [$0["OptionGroupName"]?.text, $0["Status"]?.text] }
    }

    @Test func createDescribeCopyDelete() async throws {
        let fixture = try Fixture()
        let created = try await fixture.optionGroup("MINE")
        #expect(created["OptionGroup.OptionGroupName"]?.text == "mine")
        let arn = "arn:aws:rds:us-east-1:123456789012:og:mine"
        #expect(created["OptionGroup.OptionGroupArn"]?.text == arn)
        let found = try await fixture.rds("DescribeOptionGroups", ["OptionGroupName": arn]).all("OptionGroupsList")
        #expect(found.map { $0["OptionGroupName"]?.text } == ["mine"])
        await fixture.refuses(
            "DescribeOptionGroups", ["OptionGroupName": "arn:aws:rds:us-east-1:123456789012:pg:mine"],
            code: "OptionGroupNotFoundFault", status: 404, saying: "pg:mine")
        let changed = try await fixture.rds("ModifyOptionGroup", Self.including(["FILES": "3", "USERS": "a,b"]))
        let settings = changed.all("OptionGroup.Options.Option.OptionSettings")
        #expect(settings.map { $0["Name"]?.text } == ["EVENTS", "FILES", "USERS", "LOGGING", "FIXED"])
        #expect(settings.map { $0["Value"]?.text } == ["CONNECT", "3", "a,b", "ON", "SO"])
        try await fixture.rds(
            "CopyOptionGroup",
            [
                "SourceOptionGroupIdentifier": "mine", "TargetOptionGroupIdentifier": "copy",
                "TargetOptionGroupDescription": "d",
            ])
        let names = try await fixture.rds("DescribeOptionGroups", ["EngineName": "postgres"]).all("OptionGroupsList")
            .map { $0["OptionGroupName"]?.text }
        #expect(names == ["copy", "default:postgres-15", "default:postgres-16", "mine"])
        try await fixture.rds("ModifyOptionGroup", ["OptionGroupName": "mine", "OptionsToRemove.member.1": "AUDIT"])
        let copy = try #require(fixture.store.find(DBOptionGroup.self, region: "us-east-1", name: "copy"))
        #expect(copy.options == [.init(name: "AUDIT", settings: ["FILES": "3", "USERS": "a,b"])])
        try await fixture.rds("DeleteOptionGroup", ["OptionGroupName": "mine"])
        #expect(fixture.store.list(DBOptionGroup.self).map(\.name) == ["copy"])
    }

    static let refused: [(query: [String: String], code: String, words: String)] = [
        (including([:], option: "OEM"), "InvalidParameterValue", "The option OEM is not available for postgres 15"),
        (including(["FILES": "101"]), "InvalidParameterValue", "0-100"),
        (including(["EVENTS": "CONNECT,ALL"]), "InvalidParameterValue", "CONNECT,QUERY"),
        (including(["LOGGING": "maybe"]), "InvalidParameterValue", "ON,OFF"),
        (including(["USERS": "a b"]), "InvalidParameterValue", "USERS"),
        (including(["FIXED": "NO"]), "InvalidParameterValue", "FIXED"),
        (including(["NONE": "1"]), "InvalidParameterValue", "no setting NONE"),
        (including([:]).merging(["ApplyImmediately": "false"]) { $1 }, "InvalidParameterCombination", "ApplyImmediately"),
        (["OptionGroupName": "mine"], "InvalidParameterCombination", "At least one option"),
        (["OptionGroupName": "mine", "OptionsToRemove.member.1": "AUDIT"], "InvalidParameterValue", "AUDIT"),
        (including([:], group: "default:postgres-15"), "InvalidOptionGroupStateFault", "default:postgres-15"),
    ]

    @Test(arguments: refused.indices) func refusedChanges(_ index: Int) async throws {
        let fixture = try Fixture()
        try await fixture.optionGroup()
        let example = Self.refused[index]
        await fixture.refuses("ModifyOptionGroup", example.query, code: example.code, saying: example.words)
    }

    @Test func membersAreToldAtOnceOrInTheWindow() async throws {
        let fixture = try Fixture()
        try await fixture.optionGroup()
        try await fixture.createAvailable("mydb", ["EngineVersion": "15.18"])
        try fixture.confirmParameters()
        #expect(try await members(fixture) == [["default:postgres-15", "in-sync"]])
        let change = ["DBInstanceIdentifier": "mydb", "OptionGroupName": "mine"]
        try await fixture.rds("ModifyDBInstance", change)
        #expect(
            try await members(fixture) == [
                ["default:postgres-15", "pending-maintenance-removal"], ["mine", "pending-maintenance-apply"],
            ])
        try await fixture.rds("ModifyDBInstance", change.merging(["ApplyImmediately": "true"]) { $1 })
        #expect(try await members(fixture) == [["mine", "in-sync"]])
        try await fixture.rds("ModifyOptionGroup", Self.including([:]))
        #expect(try await members(fixture) == [["mine", "applying"]])
        let group = fixture.store.find(DBOptionGroup.self, region: "us-east-1", name: "mine")
        for (refused, status) in [([:], "in-sync"), (["AUDIT": "no"], "failed")] {
            let instance = try fixture.stored()
            fixture.board.publish(
                DBInstanceObservation(
                    server: .answering, endpointOpen: true, parameters: instance.appliedParameters, optionGroup: group,
                    refusedParameters: refused),
                of: instance.resourceID)
            #expect(try await members(fixture) == [["mine", status]])
        }
        await fixture.refuses(
            "DeleteOptionGroup", ["OptionGroupName": "mine"], code: "InvalidOptionGroupStateFault", saying: "mydb")
        try await fixture.optionGroup("newer", major: "16")
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "OptionGroupName": "newer"],
            code: "InvalidParameterCombination", saying: "postgres 16")
    }

    @Test func tagsAndQuota() async throws {
        let fixture = try Fixture()
        try await fixture.optionGroup()
        let arn = "arn:aws:rds:us-east-1:123456789012:og:mine"
        try await fixture.rds("AddTagsToResource", ["ResourceName": arn, "Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "b"])
        #expect(try await fixture.rds("ListTagsForResource", ["ResourceName": arn])["TagList.Tag.Value"]?.text == "b")
        for number in 1..<OptionGroupRules.quota { try await fixture.optionGroup("g\(number)") }
        await fixture.refuses(
            "CreateOptionGroup",
            ["OptionGroupName": "more", "EngineName": "postgres", "MajorEngineVersion": "15", "OptionGroupDescription": "d"],
            code: "OptionGroupQuotaExceededFault", saying: "20")
        await fixture.refuses(
            "CreateOptionGroup",
            ["OptionGroupName": "more", "EngineName": "postgres", "MajorEngineVersion": "9", "OptionGroupDescription": "d"],
            code: "InvalidParameterCombination", saying: "15")
    }
}
