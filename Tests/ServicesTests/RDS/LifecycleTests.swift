import AWSWire
import Resources
import Testing

@testable import Services

/// Reboot, stop, start, delete.
@Suite struct LifecycleTests {
    private let id = ["DBInstanceIdentifier": "mydb"]

    @Test func rebootStopAndStart() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        #expect(try await fixture.rds("RebootDBInstance", id)["DBInstance.DBInstanceStatus"]?.text == "rebooting")
        #expect(try fixture.stored().operation?.kind == .reboot)
        try await fixture.settle()
        #expect(try await fixture.rds("StopDBInstance", id)["DBInstance.DBInstanceStatus"]?.text == "stopping")
        #expect(try fixture.stored().power == .stopped)
        try await fixture.settle()
        #expect(try await fixture.rds("StartDBInstance", id)["DBInstance.DBInstanceStatus"]?.text == "starting")
        #expect(try fixture.stored().power == .running)
        #expect(try fixture.stored().operation?.kind == .start)
    }

    @Test(arguments: [
        ("RebootDBInstance", "Instance mydb is not in available state."),
        ("StopDBInstance", "Instance mydb is not in available state."),
        ("StartDBInstance", "Instance mydb is not stopped."),
    ])
    func aBusyInstanceIsRefused(action: String, text: String) async throws {
        let fixture = try Fixture()
        try await fixture.create()
        await fixture.refuses(action, id, code: "InvalidDBInstanceState", saying: text)
    }

    @Test func stoppedAndRunningInstancesRefuseWhatTheyAre() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        await fixture.refuses("StartDBInstance", id, code: "InvalidDBInstanceState", saying: "is not stopped")
        try await fixture.rds("StopDBInstance", id)
        try await fixture.settle()
        await fixture.refuses("StopDBInstance", id, code: "InvalidDBInstanceState", saying: "available")
        await fixture.refuses("RebootDBInstance", id, code: "InvalidDBInstanceState", saying: "available")
    }

    @Test(arguments: ["RebootDBInstance", "StopDBInstance", "StartDBInstance", "DeleteDBInstance"])
    func whatIsNotThereIsNotFound(action: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses(action, id, code: "DBInstanceNotFound", status: 404, saying: "DBInstance mydb not found.")
        await fixture.refuses(action, [:], code: "MissingParameter", saying: "DBInstanceIdentifier")
    }

    @Test func whatNeedsWhatIsNotHereIsRefused() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        await fixture.refuses(
            "RebootDBInstance", id.merging(["ForceFailover": "true"]) { $1 }, code: "InvalidParameterCombination",
            saying: "ForceFailover")
        await fixture.refuses(
            "StopDBInstance", id.merging(["DBSnapshotIdentifier": "s"]) { $1 }, code: "InvalidParameterCombination",
            saying: "DBSnapshotIdentifier")
        try await fixture.rds("RebootDBInstance", id.merging(["ForceFailover": "false"]) { $1 })
    }

    @Test func deleteTakesTheManagedSecretAlong() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        let answer = try await fixture.rds(
            "DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": "true", "DeleteAutomatedBackups": "false"])
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "deleting")
        #expect(fixture.store.list(Secret.self).isEmpty)
        #expect(try fixture.stored().operation?.kind == .delete)
        await fixture.refuses(
            "DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": "true"], code: "InvalidDBInstanceState",
            saying: "Instance mydb is already being deleted.")
    }

    @Test(
        arguments: [
            ([:], "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."),
            (["SkipFinalSnapshot": "false"], "FinalDBSnapshotIdentifier is required"),
            (["SkipFinalSnapshot": "true", "FinalDBSnapshotIdentifier": "last"], "can not be specified when SkipFinalSnapshot"),
        ] as [([String: String], String)])
    func deleteNeedsAWordAboutTheFinalSnapshot(more: [String: String], text: String) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        await fixture.refuses("DeleteDBInstance", id.merging(more) { $1 }, code: "InvalidParameterCombination", saying: text)
    }

    @Test func aProtectedInstanceStays() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["DeletionProtection": "true"])
        await fixture.refuses(
            "DeleteDBInstance", id.merging(["SkipFinalSnapshot": "true"]) { $1 }, code: "InvalidParameterCombination",
            saying: "Cannot delete protected DB Instance, please disable deletion protection and try again.")
        try await fixture.rds("ModifyDBInstance", id.merging(["DeletionProtection": "false"]) { $1 })
        try await fixture.rds("DeleteDBInstance", id.merging(["SkipFinalSnapshot": "true"]) { $1 })
    }

    @Test func anInstanceThatIsStillBeingCreatedCanBeDeleted() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        try await fixture.rds("DeleteDBInstance", id.merging(["SkipFinalSnapshot": "true"]) { $1 })
        #expect(try fixture.stored().operation?.kind == .delete)
    }
}
