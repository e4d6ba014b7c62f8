import Foundation
import Resources
import Testing

@Suite("DBSnapshotStatus")
struct SnapshotStatusTests {
    private func snapshot(_ operation: DBSnapshot.Operation.Kind?, failure: String? = nil, created: Bool = false) -> DBSnapshot {
        var snapshot = DBSnapshot(
            region: "us-east-1", snapshotID: "snap-A", identifier: "a", requestedAt: Date(),
            instance: .init(StoreTests.instance("one"), vpcID: nil), optionGroup: nil,
            operation: operation.map { .init(kind: $0, requestedAt: Date()) }, tags: [])
        snapshot.failure = failure
        snapshot.createdAt = created ? Date() : nil
        return snapshot
    }

    @Test func whatIsOwedNamesIt() {
        #expect(snapshot(.create).status == .creating)
        #expect(snapshot(.copy).status == .creating)
        #expect(snapshot(.delete, created: true).status == .deleting)
        #expect(snapshot(.delete, failure: "x").status == .deleting)
        #expect(snapshot(nil, created: true).status == .available)
        #expect(snapshot(nil, failure: "x").status == .failed)
    }

    @Test func nothingIsDoneBeforeItIsDone() {
        #expect(snapshot(.create).percentProgress(seen: nil) == 0)
        #expect(snapshot(.create).percentProgress(seen: 57) == 57)
        #expect(snapshot(.copy).percentProgress(seen: 100) == 99)
        #expect(snapshot(nil, created: true).percentProgress(seen: 3) == 100)
        #expect(!snapshot(.create).isComplete && !snapshot(nil, failure: "x").isComplete && !snapshot(.copy).isComplete)
        #expect(snapshot(nil, created: true).isComplete && snapshot(.delete, created: true).isComplete)
    }
}
