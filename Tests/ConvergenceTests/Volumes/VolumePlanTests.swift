import Engines
import Resources
import Routing
import Testing
import Volumes

@testable import Convergence

/// What the planner of instances makes of their volumes.
@Suite struct VolumePlanTests {
    static let mounted = VolumeSight(isMounted: true)
    static let unmounted = VolumeSight(isMounted: false, isAsWanted: false)
    static let gone = VolumeSight(isMounted: false, exists: false, isAsWanted: false)
    static let locked = VolumeSight(isMounted: true, keyProblem: "the key is disabled")
    static let answering = ServerFacts.Server.answering(Sample.process, Sample.answers())

    private func plan(
        _ instance: DBInstance, _ volume: VolumeSight?, data: ServerFacts.DataDirectory = .ready(major: "15"),
        _ server: ServerFacts.Server
    ) -> InstancePlan {
        var sight = Sample.sight(data: data, server: server)
        sight.volume = volume
        return InstancePlanner.plan(desired: instance, target: Sample.target, seen: sight)
    }

    @Test func running() {
        let instance = Sample.instance()
        #expect(plan(instance, nil, Self.answering) == .settled)
        #expect(plan(instance, Self.mounted, Self.answering) == .settled)
        #expect(plan(instance, Self.unmounted, data: .absent, .absent) == .act([.attachVolume]))
        #expect(plan(instance, Self.gone, data: .absent, .absent) == .giveUp(.failed, reason: "the volume is gone"))
        #expect(plan(instance, VolumeSight(isMounted: true, isAsWanted: false), Self.answering) == .act([.attachVolume]))
        let stuck = VolumeSight(isMounted: true, isAsWanted: false, needsUnmount: true)
        #expect(
            plan(instance, stuck, Self.answering)
                == .act([.publishRoute(.hold), .stop, .detachVolume, .attachVolume]))
    }

    @Test func creation() {
        let instance = Sample.instance(operation: .create, created: false)
        for volume in [Self.gone, Self.unmounted] {
            guard case .act(let actions) = plan(instance, volume, data: .absent, .absent) else {
                Issue.record("nothing is planned")
                continue
            }
            #expect(actions.contains(.provision) && !actions.contains(.attachVolume))
        }
    }

    @Test func stopped() {
        let instance = Sample.instance(power: .stopped)
        func stopped(_ volume: VolumeSight?, _ server: ServerFacts.Server = .absent) -> InstancePlan {
            var sight = Sample.sight(server: server)
            (sight.volume, sight.route) = (volume, nil)
            return InstancePlanner.plan(desired: instance, target: Sample.target, seen: sight)
        }
        #expect(stopped(Self.mounted, Self.answering) == .act([.stop]))
        #expect(stopped(nil) == .settled && stopped(Self.mounted) == .settled)
        // After a reboot of the host its logs are to be had again.
        #expect(stopped(Self.unmounted) == .act([.attachVolume]))
        #expect(stopped(VolumeSight(isMounted: true, isAsWanted: false)) == .act([.attachVolume]))
        let stuck = VolumeSight(isMounted: true, isAsWanted: false, needsUnmount: true)
        #expect(stopped(stuck) == .act([.detachVolume, .attachVolume]))
        #expect(stopped(Self.locked) == .act([.detachVolume]))
        var away = Self.locked
        away.isMounted = false
        #expect(stopped(away) == .settled && stopped(Self.gone) == .settled)
    }

    @Test func ends() {
        let deleted = Sample.instance(operation: .delete)
        guard case .act(let steps) = plan(deleted, Self.unmounted, data: .absent, .absent) else {
            Issue.record("nothing is planned")
            return
        }
        #expect(steps.suffix(2) == [.removeData, .forget])
    }

    @Test("A creation that was cut short may have left half an image, which no look sees")
    func deletionOfTheUnborn() {
        for (isCreated, wanted) in [(false, [InstanceAction.removeData, .forget]), (true, [.forget])] {
            var sight = Sample.sight(data: .absent, server: .absent, route: nil)
            sight.volume = Self.gone
            let instance = Sample.instance(operation: .delete, created: isCreated)
            #expect(InstancePlanner.plan(desired: instance, target: Sample.target, seen: sight) == .act(wanted))
        }
    }

    @Test func lockedByItsKey() {
        let instance = Sample.instance()
        #expect(plan(instance, Self.locked, Self.answering) == .act([.closeRoute, .stop, .detachVolume]))
        #expect(plan(instance, Self.locked, .absent) == .act([.detachVolume]))
        var away = Self.locked
        away.isMounted = false
        #expect(
            plan(instance, away, data: .absent, .absent)
                == .giveUp(.inaccessibleEncryptionCredentials, reason: "the key is disabled"))
    }
}
