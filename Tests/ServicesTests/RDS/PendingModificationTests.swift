import Foundation
import Resources
import Testing

/// What convergence does with waiting changes when the window opens.
@Suite struct PendingModificationTests {
    private let instance = DBInstance(
        region: "us-east-1", resourceID: "db-1", identifier: "mydb", requestedAt: Date(timeIntervalSince1970: 0),
        spec: DBInstance.Spec(
            engine: "postgres", engineVersion: "15.18", instanceClass: "db.t3.micro", allocatedStorage: 100, storageType: "io1",
            iops: 1000, databaseName: nil, port: 5432, availabilityZone: "us-east-1a", subnetGroup: "default",
            securityGroupIDs: [], publiclyAccessible: true, backupRetentionPeriod: 1, backupWindow: "03:00-03:30",
            maintenanceWindow: "mon:04:00-mon:04:30"),
        master: DBInstance.MasterUser(username: "root", verifier: "v"), operation: nil, tags: [])

    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func everythingThatWaitsComesIntoForce() {
        var changed = instance
        changed.pending.instanceClass = "db.m5.large"
        changed.pending.allocatedStorage = 200
        changed.pending.iops = 2000
        changed.pending.engineVersion = "15.20"
        changed.pending.port = 6000
        changed.pending.backupRetentionPeriod = 0
        changed.pending.identifier = "renamed"
        changed.applyPendingModifications(at: now)
        #expect(changed.pending.isEmpty && changed.storageGrownAt == now)
        #expect(changed.identifier == "renamed")
        #expect(changed.spec.instanceClass == "db.m5.large" && changed.spec.engineVersion == "15.20")
        #expect(changed.spec.allocatedStorage == 200 && changed.spec.iops == 2000 && changed.spec.port == 6000)
        #expect(changed.spec.backupRetentionPeriod == 0)
    }

    @Test func whatHasGrownMeanwhileDoesNotShrink() {
        var changed = instance
        changed.pending.allocatedStorage = 110
        changed.growStorage(to: 120, at: now)
        #expect(changed.pending.isEmpty)
        changed.pending.allocatedStorage = 110
        changed.applyPendingModifications(at: now.addingTimeInterval(1))
        #expect(changed.spec.allocatedStorage == 120 && changed.storageGrownAt == now && changed.pending.isEmpty)
    }

    @Test func nothingWaitingChangesNothing() {
        var changed = instance
        changed.applyPendingModifications(at: now)
        #expect(changed == instance)
        #expect(DBInstance.Operation.Kind.needed(from: instance, to: changed) == nil)
    }

    @Test func anotherStorageTypeLosesTheFormersSpeed() {
        var changed = instance
        changed.pending.storageType = "gp3"
        changed.pending.storageThroughput = 500
        changed.applyPendingModifications(at: now)
        #expect(changed.spec.iops == nil)
        #expect(changed.spec.storageThroughput == 500)
    }

    @Test func theWeightiestChangeNamesTheOperation() {
        var changed = instance
        func kind() -> DBInstance.Operation.Kind? { .needed(from: instance, to: changed) }
        changed.spec.deletionProtection = true
        changed.tags = [Tag(key: "a", value: "b")]
        #expect(kind() == nil)
        changed.spec.allocatedStorage = 200
        #expect(kind() == .growStorage)
        changed.master.generation += 1
        #expect(kind() == .resetMasterCredentials)
        changed.spec.performanceInsights = true
        #expect(kind() == .modify)
        changed.spec.engineVersion = "15.20"
        #expect(kind() == .upgrade)
        changed.identifier = "renamed"
        #expect(kind() == .rename)
    }
}
