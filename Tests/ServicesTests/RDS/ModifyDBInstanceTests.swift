import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct ModifyDBInstanceTests {
    private let now = ["ApplyImmediately": "true"]

    @discardableResult
    private func modify(_ fixture: Fixture, _ query: [String: String], _ id: String = "mydb") async throws -> XML {
        try await fixture.rds("ModifyDBInstance", query.merging(["DBInstanceIdentifier": id]) { $1 })
    }

    @Test func aClassWaitsForTheWindow() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let answer = try await modify(fixture, ["DBInstanceClass": "db.m5.large"])
        #expect(answer["DBInstance.PendingModifiedValues.DBInstanceClass"]?.text == "db.m5.large")
        #expect(answer["DBInstance.DBInstanceClass"]?.text == "db.t3.micro")
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "available")
        #expect(try fixture.stored().operation == nil)
    }

    @Test func aClassAppliedImmediatelyIsOwed() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let answer = try await modify(fixture, now.merging(["DBInstanceClass": "db.m5.large"]) { $1 })
        #expect(answer["DBInstance.DBInstanceClass"]?.text == "db.m5.large")
        #expect(answer["DBInstance.PendingModifiedValues"]?.children == [])
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "modifying")
        #expect(try fixture.stored().operation?.kind == .modify)
    }

    @Test func applyingImmediatelyTakesWhatWaitsAlong() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        try await modify(fixture, ["DBInstanceClass": "db.m5.large"])
        try await modify(fixture, now)
        #expect(try fixture.stored().spec.instanceClass == "db.m5.large")
        #expect(try fixture.stored().pending.isEmpty)
    }

    @Test func askingForWhatIsInForceTakesAWaitingChangeBack() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        try await modify(fixture, ["DBInstanceClass": "db.m5.large"])
        try await modify(fixture, ["DBInstanceClass": "db.t3.micro"])
        #expect(try fixture.stored().pending.isEmpty)
    }

    @Test func nothingToDoChangesNothing() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let before = fixture.store.revision
        try await modify(fixture, [:])
        try await modify(fixture, ["ApplyImmediately": "true", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": "20"])
        #expect(fixture.store.revision == before)
    }

    @Test(arguments: [
        (["DBPortNumber": "6000"], DBInstance.Operation.Kind.modify), (["EnablePerformanceInsights": "true"], .modify),
        (["MasterUserPassword": "another-password"], .resetMasterCredentials),
        (["ApplyImmediately": "true", "NewDBInstanceIdentifier": "renamed"], .rename),
        (["ApplyImmediately": "true", "EngineVersion": "15.20"], .upgrade),
        (
            [
                "ApplyImmediately": "true", "NewDBInstanceIdentifier": "renamed", "EngineVersion": "15.20",
                "DBInstanceClass": "db.m5.large", "MasterUserPassword": "another-password",
            ], .rename
        ),
    ])
    func theWeightiestChangeNamesTheOperation(query: [String: String], kind: DBInstance.Operation.Kind) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["EngineVersion": "15.18"])
        let id = try fixture.stored().resourceID
        try await modify(fixture, query)
        #expect(fixture.store.get(DBInstance.self, region: "us-east-1", id: id)?.operation?.kind == kind)
    }

    @Test(arguments: [
        ["DeletionProtection": "true"], ["AutoMinorVersionUpgrade": "false"], ["CopyTagsToSnapshot": "true"],
        ["PreferredBackupWindow": "13:00-13:30"], ["PreferredMaintenanceWindow": "sun:13:00-sun:13:30"],
        ["BackupRetentionPeriod": "7"], ["PubliclyAccessible": "false"], ["MaxAllocatedStorage": "100"],
    ])
    func whatNeedsNoWorkIsInForceAtOnce(query: [String: String]) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let before = try fixture.stored()
        let answer = try await modify(fixture, query)
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "available")
        #expect(try fixture.stored().spec != before.spec)
        #expect(try fixture.stored().operation == nil)
        #expect(try fixture.stored().pending.isEmpty)
    }

    @Test func turningBackupsOffWaits() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let answer = try await modify(fixture, ["BackupRetentionPeriod": "0"])
        #expect(answer["DBInstance.PendingModifiedValues.BackupRetentionPeriod"]?.text == "0")
        #expect(answer["DBInstance.BackupRetentionPeriod"]?.text == "1")
    }

    // MARK: Renaming

    @Test func aRenameKeepsTheResourceIDAndMovesTheEndpointAndTheSecretsTag() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        let id = try fixture.stored().resourceID
        let answer = try await modify(fixture, now.merging(["NewDBInstanceIdentifier": "NewName"]) { $1 })
        #expect(answer["DBInstance.DBInstanceIdentifier"]?.text == "newname")
        #expect(answer["DBInstance.DbiResourceId"]?.text == id)
        #expect(answer["DBInstance.Endpoint.Address"]?.text.hasPrefix("newname.") == true)
        let secret = try #require(fixture.store.list(Secret.self).first)
        #expect(secret.tags.first?.value == "arn:aws:rds:us-east-1:123456789012:db:newname")
        #expect(secret.description.hasSuffix(":db:newname"))
        await fixture.refuses(
            "DescribeDBInstances", ["DBInstanceIdentifier": "mydb"], code: "DBInstanceNotFound", status: 404, saying: "mydb")
    }

    // MARK: Storage

    @Test(arguments: [("21", 22), ("22", 22), ("40", 40)])
    func storageGrowsByATenthAtLeast(asked: String, size: Int) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        try await modify(fixture, now.merging(["AllocatedStorage": asked]) { $1 })
        #expect(try fixture.stored().spec.allocatedStorage == size)
    }

    @Test func aMaximumEqualToTheSizeTurnsAutoscalingOff() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["MaxAllocatedStorage": "100"])
        try await modify(fixture, ["MaxAllocatedStorage": "20"])
        #expect(try fixture.stored().spec.maxAllocatedStorage == nil)
    }

    @Test func speedBelongsToTheStorageType() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["StorageType": "io1", "AllocatedStorage": "100", "Iops": "1000"])
        try await modify(fixture, now.merging(["StorageType": "gp2"]) { $1 })
        #expect(try fixture.stored().spec.storageType == "gp2")
        #expect(try fixture.stored().spec.iops == nil)
    }

    // MARK: Passwords

    @Test func aNewPasswordIsANewGeneration() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let answer = try await modify(fixture, ["MasterUserPassword": "another-password"])
        #expect(answer["DBInstance.DBInstanceStatus"]?.text == "resetting-master-credentials")
        #expect(answer["DBInstance.PendingModifiedValues.MasterUserPassword"]?.text == "****")
        #expect(try fixture.stored().master.generation == 2)
        #expect(try fixture.stored().master.verifier == "verifier of 16 characters")
    }

    @Test func managementIsTurnedOnRotatedAndTurnedOff() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        try await modify(fixture, ["ManageMasterUserPassword": "true"])
        var secret = try #require(fixture.store.list(Secret.self).first)
        #expect(try fixture.stored().master.secretARN == secret.arn)
        #expect(try fixture.stored().master.generation == 2)
        let first = try #require(secret.current)
        try await fixture.settle()

        try await modify(fixture, now.merging(["RotateMasterUserPassword": "true"]) { $1 })
        secret = try #require(fixture.store.list(Secret.self).first)
        #expect(secret.current == first, "the former password is current until the server has the new one")
        #expect(try fixture.text(of: secret.pending, in: secret) != fixture.text(of: first, in: secret))
        #expect(try fixture.stored().operation?.kind == .resetMasterCredentials)
        #expect(try fixture.stored().master.generation == 3)
        try await fixture.settle()
        secret = try #require(fixture.store.list(Secret.self).first)
        #expect(secret.current?.id != first.id)
        #expect(secret.versions.first { $0.stages == ["AWSPREVIOUS"] }?.id == first.id)

        try await modify(fixture, now.merging(["RotateMasterUserPassword": "true"]) { $1 })
        try await fixture.settle()
        #expect(fixture.store.list(Secret.self).first?.versions.count == 2)

        try await modify(fixture, ["ManageMasterUserPassword": "false", "MasterUserPassword": "another-password"])
        #expect(fixture.store.list(Secret.self).isEmpty)
        #expect(try fixture.stored().master.secretARN == nil)
        #expect(try fixture.stored().master.generation == 5)
    }

    @Test func turningManagementOnTwiceChangesNothing() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        let before = fixture.store.revision
        try await modify(fixture, ["ManageMasterUserPassword": "true"])
        #expect(fixture.store.revision == before)
    }

    // MARK: States

    /// Without its key nothing can be done about an instance: the cure is the key's.
    @Test(arguments: DBInstanceObservation.Failure.Kind.allCases.filter { $0 != .inaccessibleEncryptionCredentials })
    func aBrokenInstanceCanBeCured(kind: DBInstanceObservation.Failure.Kind) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        try fixture.fail(as: kind)
        try await modify(fixture, now.merging(["DBInstanceClass": "db.m5.large"]) { $1 })
        #expect(try fixture.stored().operation?.kind == .modify)
    }

    @Test func aFailedCreationStaysACreationUnderANewID() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        try fixture.fail(as: .failed)
        let former = try fixture.stored().operation?.id
        try await modify(fixture, now.merging(["DBInstanceClass": "db.m5.large"]) { $1 })
        #expect(try fixture.stored().operation?.kind == .create)
        #expect(try fixture.stored().operation?.id != former)
    }

    @Test func aStoppedOrBusyInstanceIsRefused() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        let query = ["DBInstanceIdentifier": "mydb", "DeletionProtection": "true"]
        await fixture.refuses(
            "ModifyDBInstance", query, code: "InvalidDBInstanceState", saying: "Database instance is not in available state.")
        try await fixture.settle()
        try await fixture.rds("StopDBInstance", ["DBInstanceIdentifier": "mydb"])
        try await fixture.settle()
        await fixture.refuses("ModifyDBInstance", query, code: "InvalidDBInstanceState", saying: "stopped")
    }

    // MARK: Refusals

    static let refusals: [(query: [String: String], code: String, fragment: String)] = [
        (["DBInstanceIdentifier": "nobody"], "DBInstanceNotFound", "DBInstance nobody not found."),
        (["DBInstanceClass": "db.foo"], "InvalidParameterValue", "Invalid DB Instance class: db.foo"),
        (["NewDBInstanceIdentifier": "1db"], "InvalidParameterValue", "NewDBInstanceIdentifier"),
        (["NewDBInstanceIdentifier": "other"], "DBInstanceAlreadyExists", "DB instance already exists"),
        (["NewDBInstanceIdentifier": "other", "ApplyImmediately": "true"], "DBInstanceAlreadyExists", "already exists"),
        (["EngineVersion": "15.18"], "InvalidParameterCombination", "Cannot upgrade postgres from 15.20 to 15.18"),
        (["EngineVersion": "16"], "InvalidParameterCombination", "major version upgrades are not available"),
        (["EngineVersion": "16.4", "AllowMajorVersionUpgrade": "true"], "InvalidParameterCombination", "restore"),
        (["EngineVersion": "15.21"], "InvalidParameterCombination", "Cannot find version 15.21 for postgres"),
        (["EngineVersion": "x"], "InvalidParameterCombination", "Cannot find version x for postgres"),
        (["Engine": "mysql"], "InvalidParameterCombination", "Engine"),
        (["DBPortNumber": "80"], "InvalidParameterValue", "DBPortNumber"),
        (
            ["AllocatedStorage": "19"], "InvalidParameterCombination",
            "Invalid storage size for engine name postgres and storage type gp3: 19"
        ),
        (["AllocatedStorage": "65537"], "InvalidParameterCombination", "Invalid storage size"),
        (["MaxAllocatedStorage": "10"], "InvalidParameterCombination", "MaxAllocatedStorage"),
        (["Iops": "12000"], "InvalidParameterCombination", "storage size less than 400"),
        (["StorageType": "io1"], "InvalidParameterCombination", "Invalid storage size"),
        (["BackupRetentionPeriod": "36"], "InvalidParameterValue", "BackupRetentionPeriod"),
        (
            ["PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "mon:03:00-mon:04:00"],
            "InvalidParameterValue", "must not overlap"
        ),
        (["MasterUserPassword": "short"], "InvalidParameterValue", "because it is shorter than 8 characters."),
        (
            ["MasterUserPassword": "another-password", "ManageMasterUserPassword": "true"], "InvalidParameterCombination",
            "MasterUserPassword"
        ),
        (
            ["ManageMasterUserPassword": "false"], "InvalidParameterCombination",
            "MasterUserPassword must be provided when ManageMasterUserPassword is set to false."
        ),
        (["RotateMasterUserPassword": "true"], "InvalidParameterCombination", "ApplyImmediately"),
        (
            ["RotateMasterUserPassword": "true", "ApplyImmediately": "true"], "InvalidParameterCombination",
            "the password of mydb is not managed"
        ),
        (["VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-1"], "InvalidParameterValue", "Invalid security group"),
        (["DBSubnetGroupName": "nobody"], "DBSubnetGroupNotFoundFault", "nobody"),
        (["DBParameterGroupName": "mine"], "DBParameterGroupNotFound", "not found: mine"),
        (["OptionGroupName": "mine"], "OptionGroupNotFoundFault", "OptionGroupName"),
        (["PerformanceInsightsRetentionPeriod": "7"], "InvalidParameterCombination", "EnablePerformanceInsights"),
        (["MultiAZ": "true"], "InvalidParameterCombination", "MultiAZ"),
        (["AllowMajorVersionUpgrade": "maybe"], "InvalidParameterValue", "AllowMajorVersionUpgrade"),
    ]

    @Test(arguments: refusals.indices)
    func refusesAndChangesNothing(index: Int) async throws {
        let (query, code, fragment) = Self.refusals[index]
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["EngineVersion": "15.20"])
        try await fixture.createAvailable("other")
        let missing = [
            "DBInstanceNotFound", "DBSubnetGroupNotFoundFault", "DBParameterGroupNotFound", "OptionGroupNotFoundFault",
        ]
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb"].merging(query) { $1 }, code: code,
            status: missing.contains(code) ? 404 : 400, saying: fragment)
    }

    @Test func aManagedPasswordCannotBeSetByHand() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        await fixture.refuses(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "MasterUserPassword": "another-password"],
            code: "InvalidParameterCombination", saying: "ManageMasterUserPassword")
    }
}
