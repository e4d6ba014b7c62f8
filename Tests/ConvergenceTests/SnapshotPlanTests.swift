import Engines
import Foundation
import Resources
import Routing
import Testing

@testable import Convergence

@Suite("Snapshots in the plan")
struct SnapshotPlanTests {
    private func plan(_ desired: DBInstance, _ seen: InstanceSight) -> InstancePlan {
        InstancePlanner.plan(desired: desired, target: Sample.target, seen: seen)
    }

    private let up = ServerFacts.Server.answering(Sample.process, Sample.answers())

    private func owing(_ kind: DBInstance.Operation.Kind, power: DBInstance.Power = .running) -> DBInstance {
        var instance = Sample.instance(operation: kind, power: power)
        instance.operation?.snapshot = "snap-A"
        return instance
    }

    @Test("It is taken once all else is as wanted, and answered for once it is complete")
    func taking() throws {
        let desired = owing(.snapshot)
        #expect(plan(desired, Sample.sight(server: up)) == .act([.takeSnapshot("snap-A")]))
        #expect(plan(desired, Sample.sight(server: up, hasSnapshot: true)) == .act([.complete(try #require(desired.operation))]))
        #expect(plan(desired, Sample.sight(server: .absent)) == .act([.publishRoute(.hold), .start]))
    }

    @Test("Nobody is let in to a restored instance before the snapshot was compared with its checksums")
    func verifying() throws {
        var desired = Sample.instance(operation: .create, created: false)
        desired.source = .init(snapshot: "snap-A", name: "monday")
        func sight(_ server: ServerFacts.Server, unverified: Bool) -> InstanceSight {
            var sight = Sample.sight(server: server, route: nil)
            sight.isUnverified = unverified
            return sight
        }
        #expect(plan(desired, sight(up, unverified: true)) == .act([.verify("snap-A"), .publishRoute(.open)]))
        #expect(plan(desired, sight(up, unverified: false)) == .act([.publishRoute(.open)]))
        #expect(plan(desired, sight(.mute(Sample.process), unverified: true)) == .act([.verify("snap-A"), .start]))
        #expect(plan(desired, sight(.absent, unverified: true)) == .act([.start]))
    }

    @Test("A stopped instance stays stopped")
    func stopped() {
        let desired = owing(.snapshot, power: .stopped)
        #expect(plan(desired, Sample.sight(server: .absent, route: nil)) == .act([.takeSnapshot("snap-A")]))
        #expect(plan(desired, Sample.sight(server: up, route: nil)) == .act([.stop]))
    }

    @Test("A volume that is not mounted is mounted first")
    func stoppedOnAVolume() throws {
        func sight(mounted: Bool, taken: Bool = false) -> InstanceSight {
            var sight = Sample.sight(
                data: mounted ? .ready(major: "15") : .absent, server: .absent, route: nil, hasSnapshot: taken)
            sight.volume = VolumeSight(isMounted: mounted, isAsWanted: mounted)
            return sight
        }
        let desired = owing(.snapshot, power: .stopped)
        #expect(plan(desired, sight(mounted: false)) == .act([.attachVolume, .takeSnapshot("snap-A")]))
        #expect(plan(desired, sight(mounted: true)) == .act([.takeSnapshot("snap-A")]))
        #expect(plan(desired, sight(mounted: true, taken: true)) == .act([.complete(try #require(desired.operation))]))
        let deleted = owing(.delete)
        #expect(
            plan(deleted, sight(mounted: false)) == .act([.attachVolume, .takeSnapshot("snap-A"), .removeData, .forget]))
        #expect(plan(deleted, sight(mounted: false, taken: true)) == .act([.removeData, .forget]))
    }

    @Test("The final snapshot comes after the last client and before the end of the data")
    func final() {
        let desired = owing(.delete)
        #expect(
            plan(desired, Sample.sight(server: up)) == .act([.closeRoute, .stop, .takeSnapshot("snap-A"), .removeData, .forget]))
        #expect(plan(desired, Sample.sight(server: .absent, route: nil, hasSnapshot: true)) == .act([.removeData, .forget]))
        #expect(
            plan(Sample.instance(operation: .delete), Sample.sight(server: .absent, route: nil))
                == .act([.removeData, .forget]))
    }

    @Test("What is restored begins with the snapshot's data; what lost its data is not restored")
    func restoring() {
        var desired = Sample.instance(operation: .create, created: false)
        desired.source = .init(snapshot: "snap-A", name: "a")
        let nothing = Sample.sight(data: .absent, configuration: nil, server: .absent, route: nil, listening: false)
        #expect(plan(desired, nothing) == .act([.restore("snap-A"), .configure, .start]))
        desired.operation?.kind = .delete
        #expect(plan(desired, nothing) == .act([.removeData, .forget]), "a restoration that was cut short leaves something")
        desired.operation?.kind = .create
        desired.createdAt = Sample.now
        #expect(plan(desired, nothing) == .giveUp(.failed, reason: "the data directory is gone"))
    }

    @Test("What is due of snapshots: copies and deletions, oldest first; those that an instance takes are its lane's")
    func chores() {
        func snapshot(_ id: String, _ kind: DBSnapshot.Operation.Kind?, at seconds: Double = 0) -> DBSnapshot {
            var snapshot = DBSnapshot(
                region: "us-east-1", snapshotID: id, identifier: id.lowercased(), requestedAt: Sample.now,
                instance: .init(Sample.instance(), vpcID: nil), optionGroup: nil,
                operation: kind.map { .init(kind: $0, requestedAt: Sample.now + seconds) }, tags: [])
            if kind == .copy { snapshot.copiedFrom = "snap-S" }
            return snapshot
        }
        let all = [
            snapshot("snap-D", .delete, at: 2), snapshot("snap-C", .copy, at: 1), snapshot("snap-N", .create),
            snapshot("snap-A", nil),
        ]
        #expect(SnapshotChore.due(all).map(\.chore) == [.copy("snap-C", from: "snap-S"), .delete("snap-D")])
        #expect(SnapshotChore.orphans(all, instances: []).map(\.id) == ["snap-N"])
        var owner = owing(.snapshot)
        owner.operation?.snapshot = "snap-N"
        #expect(SnapshotChore.orphans(all, instances: [owner]).isEmpty)
    }

    @Test("A damaged snapshot shows at once")
    func damage() {
        var retry = RetryPolicy()
        let (_, failure) = retry.failed(EngineError.snapshotDamaged(what: "data/x"), isCreated: false, now: Sample.now)
        #expect(failure?.kind == .incompatibleRestore)
        #expect(failure?.reason.contains("data/x") == true)
    }
}
