import Foundation
import Resources
import Testing

@testable import Services

@Suite("DB snapshots")
struct SnapshotTests {
    private let id = ["DBSnapshotIdentifier": "shot"]

    private func fixture(_ more: [String: String] = [:]) async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", more)
        return fixture
    }

    @Test func takingOneIsTheInstancesOperation() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.rds("CreateDBSnapshot", ["DBSnapshotIdentifier": "Shot", "DBInstanceIdentifier": "mydb"])
        #expect(answer["DBSnapshot.DBSnapshotIdentifier"]?.text == "shot")
        #expect(answer["DBSnapshot.Status"]?.text == "creating")
        #expect(answer["DBSnapshot.PercentProgress"]?.text == "0")
        #expect(answer["DBSnapshot.SnapshotCreateTime"] == nil)
        #expect(
            answer["DBSnapshot.DBSnapshotArn"]?.text == "arn:aws:rds:us-east-1:123456789012:snapshot:shot")
        let operation = try #require(try fixture.stored().operation)
        #expect(operation.kind == .snapshot)
        #expect(operation.snapshot == (try fixture.snapshot("shot").id))
        let shown = try await fixture.rds("DescribeDBInstances", ["DBInstanceIdentifier": "mydb"])
        #expect(shown["DBInstances.DBInstance.DBInstanceStatus"]?.text == "backing-up")
        fixture.board.publish(progress: 42, of: try fixture.snapshot("shot").id)
        let seen = try await fixture.rds("DescribeDBSnapshots", id)
        #expect(seen["DBSnapshots.DBSnapshot.PercentProgress"]?.text == "42")
    }

    @Test func aBusyInstanceIsLeftAlone() async throws {
        let fixture = try await fixture()
        let wanted = ["DBSnapshotIdentifier": "other", "DBInstanceIdentifier": "mydb"]
        try await fixture.rds("CreateDBSnapshot", ["DBSnapshotIdentifier": "shot", "DBInstanceIdentifier": "mydb"])
        await fixture.refuses("CreateDBSnapshot", wanted, code: "InvalidDBInstanceState", saying: "backing-up")
        await fixture.refuses(
            "DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": "true"], code: "InvalidDBInstanceState",
            saying: "being backed up")
        await fixture.refuses("DeleteDBSnapshot", id, code: "InvalidDBSnapshotState", saying: "creating")
        await fixture.refuses(
            "RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "new"]) { $1 },
            code: "InvalidDBSnapshotState", saying: "creating")
    }

    @Test func theQuotaHolds() async throws {
        let fixture = try await fixture()
        for number in 0..<SnapshotRules.quota { try await fixture.takeSnapshot("s\(number)") }
        await fixture.refuses(
            "CreateDBSnapshot", ["DBSnapshotIdentifier": "more", "DBInstanceIdentifier": "mydb"], code: "SnapshotQuotaExceeded",
            saying: "100")
        await fixture.refuses(
            "CopyDBSnapshot", ["SourceDBSnapshotIdentifier": "s0", "TargetDBSnapshotIdentifier": "more"],
            code: "SnapshotQuotaExceeded", saying: "100")
        await fixture.refuses(
            "DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "FinalDBSnapshotIdentifier": "more"],
            code: "SnapshotQuotaExceeded", saying: "100")
    }

    @Test func tagsComeAlongWhereTheyAreWanted() async throws {
        let tags = ["Tags.Tag.1.Key": "a", "Tags.Tag.1.Value": "1", "Tags.Tag.2.Key": "b", "Tags.Tag.2.Value": "2"]
        let fixture = try await fixture(tags.merging(["CopyTagsToSnapshot": "true"]) { $1 })
        try await fixture.takeSnapshot("shot", of: "mydb", ["Tags.Tag.1.Key": "b", "Tags.Tag.1.Value": "own"])
        #expect(Set(try fixture.snapshot("shot").tags.map { "\($0.key)=\($0.value)" }) == ["a=1", "b=own"])
        try await fixture.rds("CopyDBSnapshot", ["SourceDBSnapshotIdentifier": "shot", "TargetDBSnapshotIdentifier": "bare"])
        #expect(try fixture.snapshot("bare").tags == [])
        try await fixture.rds(
            "RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "again"]) { $1 })
        #expect(Set(try fixture.stored("again").tags.map(\.value)) == ["1", "2"])
    }

    @Test func theFinalSnapshotIsOwedByTheDeletion() async throws {
        let fixture = try await fixture(["ManageMasterUserPassword": "true"])
        try await fixture.rds("DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "FinalDBSnapshotIdentifier": "last"])
        let instance = try fixture.stored()
        #expect(instance.operation?.kind == .delete)
        #expect(instance.operation?.snapshot == (try fixture.snapshot("last").id))
        #expect(try fixture.snapshot("last").instance.master.secretARN == nil)
    }

    @Test func aFinalSnapshotNeedsAnInstanceThatWorks() async throws {
        let fixture = try await fixture()
        try fixture.fail("mydb", as: .failed)
        await fixture.refuses(
            "DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "FinalDBSnapshotIdentifier": "last"],
            code: "InvalidDBInstanceState", saying: "SkipFinalSnapshot")
        await fixture.refuses(
            "CreateDBSnapshot", ["DBSnapshotIdentifier": "shot", "DBInstanceIdentifier": "mydb"],
            code: "InvalidDBInstanceState", saying: "failed")
    }

    @Test func aRestoredInstanceHasItsSourcesDataAndALifeOfItsOwn() async throws {
        let fixture = try await fixture(["Port": "6000", "DBName": "app", "BackupRetentionPeriod": "3"])
        try await fixture.takeSnapshot("shot")
        let source = try fixture.stored()
        try await fixture.rds("RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "Again"]) { $1 })
        let again = try fixture.stored("again")
        #expect(again.source == DBInstance.Source(snapshot: try fixture.snapshot("shot").id, name: "shot"))
        #expect(again.resourceID != source.resourceID && again.operation?.kind == .create)
        #expect(again.master == source.master && again.spec.port == 6000 && again.spec.databaseName == "app")
        #expect(again.spec.backupRetentionPeriod == 3 && again.spec.instanceClass == source.spec.instanceClass)
        await fixture.refuses("DeleteDBSnapshot", id, code: "InvalidDBSnapshotState", saying: "restored from it")
        try await fixture.settle("again")
        try await fixture.rds("DeleteDBSnapshot", id)
        #expect(try fixture.snapshot("shot").status == .deleting)
    }

    @Test func aManagedPasswordIsANewOne() async throws {
        let fixture = try await fixture()
        try await fixture.takeSnapshot("shot")
        let query = ["DBInstanceIdentifier": "again", "ManageMasterUserPassword": "true"]
        try await fixture.rds("RestoreDBInstanceFromDBSnapshot", id.merging(query) { $1 })
        let again = try fixture.stored("again")
        #expect(again.master.generation == (try fixture.stored().master.generation) + 1, "the server has to take it over")
        #expect(again.master.secretARN != nil)
    }

    @Test func aVersionThatIsGoneIsServedByTheNextOfItsMajor() async throws {
        let fixture = try await fixture(["EngineVersion": "15.18"])
        try await fixture.takeSnapshot("shot")
        let snapshot = try fixture.snapshot("shot")
        for (version, expected) in [("15.19", "15.20"), ("14.9", nil), ("15.99", nil)] {
            _ = try await fixture.store.write { tx in
                try tx.update(DBSnapshot.self, region: snapshot.region, id: snapshot.id) {
                    $0.instance.spec.engineVersion = version
                }
            }
            let query = id.merging(["DBInstanceIdentifier": "again"]) { $1 }
            if let expected {
                try await fixture.rds("RestoreDBInstanceFromDBSnapshot", query)
                #expect(try fixture.stored("again").spec.engineVersion == expected)
            } else {
                await fixture.refuses(
                    "RestoreDBInstanceFromDBSnapshot", query.merging(["DBInstanceIdentifier": "more"]) { $1 },
                    code: "InvalidParameterCombination", saying: "at least \(version)")
            }
        }
    }

    @Test func aSnapshotTakesAMinorVersionAboveItsOwn() async throws {
        let fixture = try await fixture(["EngineVersion": "15.18"])
        try await fixture.takeSnapshot("shot")
        await fixture.refuses(
            "ModifyDBSnapshot", id.merging(["EngineVersion": "16.4"]) { $1 }, code: "InvalidParameterCombination",
            saying: "major version")
        try await fixture.rds("ModifyDBSnapshot", id.merging(["EngineVersion": "15.20"]) { $1 })
        await fixture.refuses(
            "ModifyDBSnapshot", id.merging(["EngineVersion": "15.18"]) { $1 }, code: "InvalidParameterCombination",
            saying: "downgrade")
        try await fixture.rds("RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "again"]) { $1 })
        #expect(try fixture.stored("again").spec.engineVersion == "15.20")
    }

    @Test func aCopyCrossesRegions() async throws {
        let fixture = try await fixture()
        try await fixture.takeSnapshot("shot")
        let arn = "arn:aws:rds:us-east-1:123456789012:snapshot:shot"
        let query = ["SourceDBSnapshotIdentifier": arn, "TargetDBSnapshotIdentifier": "shot"]
        let answer = try await fixture.rds("CopyDBSnapshot", query, region: "eu-west-1")
        #expect(answer["DBSnapshot.SourceRegion"]?.text == "us-east-1")
        #expect(answer["DBSnapshot.SourceDBSnapshotIdentifier"]?.text == arn)
        let copy = try #require(fixture.store.find(DBSnapshot.self, region: "eu-west-1", name: "shot"))
        #expect(copy.copiedFrom == (try fixture.snapshot("shot").id))
        await fixture.refuses("DeleteDBSnapshot", id, code: "InvalidDBSnapshotState", saying: "while it is copied")
    }
}
