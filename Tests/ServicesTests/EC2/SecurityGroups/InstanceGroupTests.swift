import AWSWire
import Resources
import Testing

@testable import Services

/// VpcSecurityGroupIds, and the advice about rules for everybody.
@Suite struct InstanceGroupTests {
    private func groups(_ ids: String...) -> [String: String] {
        Dictionary(uniqueKeysWithValues: ids.enumerated().map { ("VpcSecurityGroupIds.VpcSecurityGroupId.\($0 + 1)", $1) })
    }

    private func messages(_ fixture: Fixture, _ identifier: String = "mydb") async throws -> [String] {
        let answer = try await fixture.rds("DescribeEvents", ["SourceIdentifier": identifier, "SourceType": "db-instance"])
        return answer.all("Events").compactMap { $0["Message"]?.text }
    }

    @Test func anInstanceHasTheGroupsThatItWasGiven() async throws {
        let fixture = try Fixture()
        let one = try await fixture.group("one")
        let two = try await fixture.group("two")
        try await fixture.createAvailable("mydb", groups(one, two, one))
        #expect(try fixture.stored().spec.securityGroupIDs == [one, two])
        let answer = try await fixture.rds("ModifyDBInstance", ["DBInstanceIdentifier": "mydb"].merging(groups(two)) { $1 })
        #expect(answer["DBInstance.VpcSecurityGroups.VpcSecurityGroupMembership.VpcSecurityGroupId"]?.text == two)
        #expect(try fixture.stored().operation == nil, "in force at once, nothing is owed")
        _ = try await fixture.ec2("DeleteSecurityGroup", ["GroupId": one])
    }

    @Test func groupsThatDoNotExistAreRefused() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let none = "sg-0123456789abcdef0"
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal.merging(["DBInstanceIdentifier": "other"]) { $1 }.merging(groups(none)) { $1 },
            code: "InvalidParameterValue", saying: "Invalid security group , groupId= \(none), groupName=.")
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb"].merging(groups(none)) { $1 }, code: "InvalidParameterValue",
            saying: none)
        var many: [String: String] = [:]
        for number in 1...6 { many["VpcSecurityGroupIds.VpcSecurityGroupId.\(number)"] = try await fixture.group("g\(number)") }
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb"].merging(many) { $1 }, code: "InvalidParameterValue",
            saying: "more than 5")
    }

    @Test func aRuleForEverybodyComesWithAdvice() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        try await fixture.createAvailable("mydb", groups(id))
        try await fixture.createAvailable("other")
        try await fixture.admit("10.0.0.0/8", to: id)
        try await fixture.admit("0.0.0.0/0", to: id, port: 80)
        #expect(try await messages(fixture).filter { $0.contains("admits every address") }.isEmpty, "not its port")
        try await fixture.admit("0.0.0.0/0", to: id)
        let advice = try await messages(fixture).filter { $0.contains("admits every address (0.0.0.0/0) to port 5432") }
        #expect(advice.count == 1)
        try await fixture.admit("::/0", to: id)
        #expect(try await messages(fixture).filter { $0.contains("admits every address (::/0)") }.count == 1)
        #expect(try await messages(fixture, "other").filter { $0.contains("admits every address") }.isEmpty)
    }

    @Test func joiningAnOpenGroupComesWithAdvice() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        try await fixture.admit("0.0.0.0/0", to: id)
        try await fixture.createAvailable("mydb", groups(id))
        try await fixture.createAvailable("other")
        _ = try await fixture.rds("ModifyDBInstance", ["DBInstanceIdentifier": "other"].merging(groups(id)) { $1 })
        for identifier in ["mydb", "other"] {
            #expect(try await messages(fixture, identifier).filter { $0.contains("admits every address") }.count == 1)
        }
    }
}
