import AWSWire
import Foundation
import Keys
import Resources
import Testing

@testable import Services

@Suite("Encrypted DB snapshots")
struct EncryptedSnapshotTests {
    private let id = ["DBSnapshotIdentifier": "shot"]

    private func fixture(_ more: [String: String] = ["StorageEncrypted": "true"]) async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", more)
        try await fixture.takeSnapshot("shot")
        return fixture
    }

    private func copy(_ name: String, _ more: [String: String] = [:]) -> [String: String] {
        ["SourceDBSnapshotIdentifier": "shot", "TargetDBSnapshotIdentifier": name].merging(more) { $1 }
    }

    /// A customer's key; its id.
    private func key(_ fixture: Fixture, region: String = "us-east-1") async throws -> String {
        let made = try await fixture.kms("CreateKey", region: region)["KeyMetadata"] as? [String: Any]
        return try #require(made?["KeyId"] as? String)
    }

    @Test func ofAnEncryptedInstanceUnderItsKey() async throws {
        let fixture = try await fixture()
        let snapshot = try fixture.snapshot("shot")
        let encryption = try #require(snapshot.encryption)
        let volume = try #require(fixture.stored().volume?.encryption)
        #expect(encryption.keyARN == volume.keyARN && encryption.dataKey != volume.dataKey, "a key of its own, under the same")
        let shown = try await fixture.rds("DescribeDBSnapshots", id)
        #expect(shown["DBSnapshots.DBSnapshot.Encrypted"]?.text == "true")
        #expect(shown["DBSnapshots.DBSnapshot.KmsKeyId"]?.text == encryption.keyARN)
        #expect(try fixture.context.keys.snapshotKey(of: snapshot, in: fixture.store) != nil)
        var other = snapshot
        other.snapshotID = "snap-OTHER"
        #expect(throws: KeyError.self) { try fixture.context.keys.snapshotKey(of: other, in: fixture.store) }
    }

    @Test func ofAPlainOneNotAtAll() async throws {
        let fixture = try await fixture([:])
        #expect(try fixture.snapshot("shot").encryption == nil)
        try await fixture.rds("RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "again"]) { $1 })
        #expect(try fixture.stored("again").volume == DBInstance.Volume(kind: .image))
    }

    @Test func whatIsRestoredIsEncryptedByTheSameKey() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.rds(
            "RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "again"]) { $1 })
        let volume = try #require(fixture.stored("again").volume?.encryption)
        #expect(volume.keyARN == (try fixture.snapshot("shot").encryption?.keyARN))
        #expect(volume.dataKey != (try fixture.stored().volume?.encryption?.dataKey))
        #expect(answer["DBInstance.StorageEncrypted"]?.text == "true")
    }

    @Test func copiesKeepTheKeyOrGetAnother() async throws {
        let fixture = try await fixture()
        let other = try await key(fixture)
        try await fixture.rds("CopyDBSnapshot", copy("same"))
        try await fixture.rds("CopyDBSnapshot", copy("new", ["KmsKeyId": other]))
        let source = try #require(fixture.snapshot("shot").encryption)
        let (same, new) = try (fixture.snapshot("same").encryption, fixture.snapshot("new").encryption)
        #expect(same?.keyARN == source.keyARN && same?.dataKey != source.dataKey)
        #expect(new?.keyARN.hasSuffix(other) == true)
    }

    @Test func copyingEncryptsAPlainOne() async throws {
        let fixture = try await fixture([:])
        try await fixture.rds("CopyDBSnapshot", copy("sealed", ["KmsKeyId": "alias/aws/rds"]))
        #expect(try fixture.snapshot("sealed").encryption != nil)
        await fixture.refuses(
            "CopyDBSnapshot", copy("no", ["KmsKeyId": "alias/nobody"]), code: "KMSKeyNotAccessibleFault", saying: "alias/nobody")
        #expect(fixture.store.find(DBSnapshot.self, region: "us-east-1", name: "no") == nil)
    }

    @Test func anotherRegionNeedsAKeyOfItsOwn() async throws {
        let fixture = try await fixture()
        let arn = "arn:aws:rds:us-east-1:123456789012:snapshot:shot"
        let query = ["SourceDBSnapshotIdentifier": arn, "TargetDBSnapshotIdentifier": "shot"]
        let fault = await #expect(throws: Fault.self) {
            try await fixture.rds("CopyDBSnapshot", query, region: "eu-west-1")
        }
        #expect(fault?.code == "InvalidParameterCombination" && fault?.message.contains("needs the parameter KmsKeyId") == true)
        let there = try await key(fixture, region: "eu-west-1")
        try await fixture.rds("CopyDBSnapshot", query.merging(["KmsKeyId": there]) { $1 }, region: "eu-west-1")
        let copy = try #require(fixture.store.find(DBSnapshot.self, region: "eu-west-1", name: "shot"))
        #expect(copy.encryption?.keyARN.contains(":eu-west-1:") == true)
        #expect(try fixture.context.keys.snapshotKey(of: copy, in: fixture.store) != nil)
    }

    @Test func withoutItsKeyNothingGoes() async throws {
        let fixture = try Fixture()
        let mine = try await key(fixture)
        try await fixture.createAvailable("mydb", ["StorageEncrypted": "true", "KmsKeyId": mine])
        try await fixture.takeSnapshot("shot")
        try await fixture.kms("DisableKey", ["KeyId": mine])
        let fault = "KMSKeyNotAccessibleFault"
        await fixture.refuses("CopyDBSnapshot", copy("more"), code: fault, saying: "disabled")
        await fixture.refuses("CopyDBSnapshot", copy("more", ["KmsKeyId": "alias/aws/rds"]), code: fault, saying: "disabled")
        await fixture.refuses(
            "RestoreDBInstanceFromDBSnapshot", id.merging(["DBInstanceIdentifier": "again"]) { $1 }, code: fault,
            saying: "disabled")
        await fixture.refuses(
            "CreateDBSnapshot", ["DBSnapshotIdentifier": "more", "DBInstanceIdentifier": "mydb"], code: fault, saying: "disabled")
        try await fixture.rds("DeleteDBSnapshot", id)
    }

    @Test func aHostThatCannotEncryptRestoresNone() async throws {
        var volumes = FakeVolumes()
        volumes.method = nil
        let fixture = try Fixture(volumes: volumes)
        try await fixture.createAvailable("mydb")
        try await fixture.takeSnapshot("shot")
        try await fixture.rds("CopyDBSnapshot", copy("sealed", ["KmsKeyId": "alias/aws/rds"]))
        try await fixture.complete("sealed")
        await fixture.refuses(
            "RestoreDBInstanceFromDBSnapshot", ["DBSnapshotIdentifier": "sealed", "DBInstanceIdentifier": "again"],
            code: "InvalidParameterCombination", saying: "install gocryptfs")
    }

    @Test func sharingNeedsAKeyThatCanBeShared() async throws {
        let fixture = try await fixture()
        func share(_ name: String, _ account: String) -> [String: String] {
            ["DBSnapshotIdentifier": name, "AttributeName": "restore", "ValuesToAdd.AttributeValue.1": account]
        }
        let combination = "InvalidParameterCombination"
        await fixture.refuses(
            "ModifyDBSnapshotAttribute", share("shot", "210987654321"), code: combination, saying: "alias/aws/rds")
        try await fixture.rds("CopyDBSnapshot", copy("mine", ["KmsKeyId": try await key(fixture)]))
        try await fixture.complete("mine")
        await fixture.refuses("ModifyDBSnapshotAttribute", share("mine", "all"), code: combination, saying: "all")
        try await fixture.rds("ModifyDBSnapshotAttribute", share("mine", "210987654321"))
        #expect(try fixture.snapshot("mine").sharedWith == ["210987654321"])
    }
}
