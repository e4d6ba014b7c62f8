import AWSWire
import Resources
import Testing

@testable import Services

/// What a parameter group does to its instances.
@Suite struct GroupMembershipTests {
    private func member(_ changes: [Fixture.Change] = []) async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        if !changes.isEmpty { try await fixture.setParameters("mine", changes) }
        try await fixture.createAvailable("mydb", ["EngineVersion": "15.18", "DBParameterGroupName": "MINE"])
        try fixture.confirmParameters()
        return fixture
    }

    @Test func createdWithAllOfItsGroup() async throws {
        let fixture = try await member([("max_connections", "50", "pending-reboot"), ("work_mem", "64", "pending-reboot")])
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50", "work_mem": "64"])
        #expect(try await fixture.membership() == ["mine", "in-sync"])
    }

    @Test func immediateIsApplyingUntilTheServerConfirms() async throws {
        let fixture = try await member()
        try await fixture.setParameters("mine", [("work_mem", "8192", "immediate")])
        #expect(try fixture.stored().appliedParameters.values == ["work_mem": "8192"])
        #expect(try await fixture.membership() == ["mine", "applying"])
        try fixture.confirmParameters()
        #expect(try await fixture.membership() == ["mine", "in-sync"])
        try fixture.confirmParameters(refused: ["work_mem": "no"])
        #expect(try await fixture.membership() == ["mine", "failed-to-apply"])
    }

    @Test func whatWaitsForARebootComesWithIt() async throws {
        let fixture = try await member()
        try await fixture.setParameters(
            "mine",
            [("max_connections", "50", "pending-reboot"), ("autovacuum", "0", "pending-reboot"), ("work_mem", "64", "immediate")])
        #expect(try fixture.stored().appliedParameters.values == ["work_mem": "64"])
        try fixture.confirmParameters()
        #expect(try await fixture.membership() == ["mine", "pending-reboot"])
        try await fixture.rds("RebootDBInstance", ["DBInstanceIdentifier": "mydb"])
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50", "autovacuum": "0", "work_mem": "64"])
        try await fixture.settle()
        try fixture.confirmParameters()
        #expect(try await fixture.membership() == ["mine", "in-sync"])
    }

    @Test func resetTakesDynamicOnesAwayAtOnce() async throws {
        let fixture = try await member([("max_connections", "50", "pending-reboot"), ("work_mem", "64", "immediate")])
        try await fixture.rds("ResetDBParameterGroup", ["DBParameterGroupName": "mine", "ResetAllParameters": "true"])
        #expect(try await fixture.parameters().isEmpty)
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50"])
        #expect(try await fixture.membership() == ["mine", "pending-reboot"])
        try await fixture.setParameters("mine", [("work_mem", "64", "immediate"), ("autovacuum", "0", "immediate")])
        try await fixture.rds("ResetDBParameterGroup", Fixture.query([("work_mem", nil, "immediate")]))
        #expect(try await fixture.parameters().keys.sorted() == ["autovacuum"])
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50", "autovacuum": "0"])
        var both = Fixture.query([("work_mem", nil, "immediate")])
        both["ResetAllParameters"] = "true"
        await fixture.refuses(
            "ResetDBParameterGroup", both, code: "InvalidParameterCombination", saying: "ResetAllParameters")
    }

    @Test func anotherGroupIsNamedAtOnceAndAppliesWithTheReboot() async throws {
        let fixture = try await member([("work_mem", "64", "immediate")])
        try await fixture.parameterGroup("other")
        try await fixture.setParameters("other", [("work_mem", "128", "immediate")])
        let answer = try await fixture.rds(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "DBParameterGroupName": "other"])
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "available")
        #expect(try await fixture.membership() == ["other", "pending-reboot"])
        // Neither group reaches the server before that.
        for group in ["mine", "other"] { try await fixture.setParameters(group, [("work_mem", "256", "immediate")]) }
        #expect(try fixture.stored().appliedParameters == AppliedParameters(group: "mine", values: ["work_mem": "64"]))
        try await fixture.rds("DeleteDBParameterGroup", ["DBParameterGroupName": "mine"])
        await fixture.refuses(
            "DeleteDBParameterGroup", ["DBParameterGroupName": "other"], code: "InvalidDBParameterGroupState",
            saying: "One or more database instances are still members of this parameter group other")
        try await fixture.rds("RebootDBInstance", ["DBInstanceIdentifier": "mydb"])
        #expect(try fixture.stored().appliedParameters == AppliedParameters(group: "other", values: ["work_mem": "256"]))
        try await fixture.settle()
        try await fixture.rds(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "DBParameterGroupName": "default.postgres15"])
        #expect(try await fixture.membership() == ["default.postgres15", "pending-reboot"])
    }

    @Test func everyRestartThatItsOwnerWantsTakesTheGroupUp() async throws {
        let fixture = try await member()
        try await fixture.setParameters("mine", [("max_connections", "50", "pending-reboot")])
        try await fixture.rds(
            "ModifyDBInstance",
            ["DBInstanceIdentifier": "mydb", "DBInstanceClass": "db.t3.small", "ApplyImmediately": "true"])
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50"])
        try await fixture.settle()
        try await fixture.setParameters("mine", [("max_connections", "60", "pending-reboot")])
        try await fixture.rds("StopDBInstance", ["DBInstanceIdentifier": "mydb"])
        try await fixture.settle()
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "50"])
        try await fixture.rds("StartDBInstance", ["DBInstanceIdentifier": "mydb"])
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "60"])
    }

    @Test func aGroupOfAnotherFamilyIsRefused() async throws {
        let fixture = try await member()
        try await fixture.parameterGroup("newer", family: "postgres16")
        for name in ["newer", "default.postgres16"] {
            await fixture.refuses(
                "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "DBParameterGroupName": name],
                code: "InvalidParameterCombination", saying: "Please use a parameter group with DBParameterGroupFamily postgres15"
            )
        }
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "DBParameterGroupName": "nobody"],
            code: "DBParameterGroupNotFound", status: 404, saying: "nobody")
    }

    @Test func whatKeepsAServerDownCanBeChangedAndRebooted() async throws {
        let fixture = try await member([("max_connections", "1", "pending-reboot")])
        try fixture.fail(as: .incompatibleParameters)
        try await fixture.setParameters("mine", [("max_connections", "100", "pending-reboot")])
        fixture.advance(1)
        let answer = try await fixture.rds("RebootDBInstance", ["DBInstanceIdentifier": "mydb"])
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "rebooting")
        #expect(try fixture.stored().appliedParameters.values == ["max_connections": "100"])
    }
}
