import Foundation
import Keys
import Resources
import Testing

@testable import Services

@Suite struct StorageEncryptionTests {
    @Test func sealed() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create("mydb", ["StorageEncrypted": "true"])
        let instance = try #require(fixture.store.find(DBInstance.self, region: "us-east-1", name: "mydb"))
        let encryption = try #require(instance.volume?.encryption)
        #expect(encryption.method == .fscrypt)
        #expect(answer["DBInstance.StorageEncrypted"]?.text == "true")
        #expect(answer["DBInstance.KmsKeyId"]?.text == encryption.keyARN)
        #expect(try fixture.context.keys.volumeKey(of: instance, in: fixture.store) != nil)
        // Bound to its instance: nobody opens one volume by another's key.
        var other = instance
        other.resourceID = "db-OTHER"
        #expect(throws: KeyError.self) { try fixture.context.keys.volumeKey(of: other, in: fixture.store) }
    }

    @Test func plain() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create("mydb", ["StorageEncrypted": "false"])
        #expect(answer["DBInstance.StorageEncrypted"]?.text == "false")
        #expect(answer["DBInstance.KmsKeyId"]?.text == nil)
        let instance = try #require(fixture.store.find(DBInstance.self, region: "us-east-1", name: "mydb"))
        #expect(instance.volume == DBInstance.Volume(kind: .image))
    }

    @Test func refusals() async throws {
        let fixture = try Fixture()
        let combination = "InvalidParameterCombination"
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal.merging(["KmsKeyId": "alias/aws/rds"]) { $1 }, code: combination,
            saying: "StorageEncrypted")
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal.merging(["StorageEncrypted": "true", "KmsKeyId": "alias/nobody"]) { $1 },
            code: "KMSKeyNotAccessibleFault", saying: "alias/nobody")
        var volumes = FakeVolumes()
        volumes.method = nil
        await (try Fixture(volumes: volumes)).refuses(
            "CreateDBInstance", Fixture.minimal.merging(["StorageEncrypted": "true"]) { $1 }, code: combination,
            saying: "install gocryptfs")
    }
}
