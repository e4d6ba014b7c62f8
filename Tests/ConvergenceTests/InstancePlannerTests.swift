import Engines
import Foundation
import Resources
import Routing
import Testing

@testable import Convergence

@Suite("Instance planner")
struct InstancePlannerTests {
    private func plan(_ desired: DBInstance, _ seen: InstanceSight, _ target: InstanceTarget = Sample.target) -> InstancePlan {
        InstancePlanner.plan(desired: desired, target: target, seen: seen)
    }

    private let up = ServerFacts.Server.answering(Sample.process, Sample.answers())

    @Test("From nothing: address, data, configuration and start come before anyone is let in")
    func creationBegins() {
        let seen = Sample.sight(data: .absent, configuration: nil, server: .absent, route: nil, listening: false)
        #expect(
            plan(Sample.instance(operation: .create, created: false, address: nil), seen)
                == .act([.allocateAddress, .provision, .configure, .start]))
    }

    @Test("A half-made data directory of a new instance is made again; of an old one it is reported, never replaced")
    func damage() {
        let seen = Sample.sight(data: .damaged(reason: "no PG_VERSION"), server: .absent, route: nil)
        #expect(
            plan(Sample.instance(operation: .create, created: false), seen) == .act([.provision, .configure, .start]))
        #expect(
            plan(Sample.instance(), seen) == .giveUp(.failed, reason: "the data directory is damaged: no PG_VERSION"))
        #expect(
            plan(Sample.instance(), Sample.sight(data: .absent, server: .absent))
                == .giveUp(.failed, reason: "the data directory is gone"))
    }

    @Test("Roles and databases exist before the endpoint opens")
    func bootstrapBeforeRoute() {
        let server = ServerFacts.Server.answering(Sample.process, Sample.answers(bootstrapped: false, generation: 0))
        #expect(
            plan(
                Sample.instance(operation: .create, created: false),
                Sample.sight(server: server, route: nil, listening: false, names: false))
                == .act([.bootstrap, .publishRoute(.open), .syncNames]))
    }

    @Test("An operation is complete only once nothing is left to do")
    func completion() {
        let desired = Sample.instance(operation: .create, created: false)
        #expect(plan(desired, Sample.sight(server: up)) == .act([.complete(desired.operation!)]))
        #expect(plan(Sample.instance(), Sample.sight(server: up)) == .settled)
    }

    @Test("Other parameters: written and read again, without a restart; what the server refuses of them stops nothing else")
    func parameters() {
        let old = ServerFacts.Server.answering(Sample.process, Sample.answers(configuration: "old"))
        #expect(plan(Sample.instance(), Sample.sight(configuration: "old", server: old)) == .act([.configure, .reload]))
        #expect(plan(Sample.instance(), Sample.sight(server: old)) == .act([.reload]))
        let refusing = ServerFacts.Server.answering(Sample.process, Sample.answers(refused: ["TimeZone": "no"]))
        let settled = plan(Sample.instance(), Sample.sight(server: refusing))
        #expect(settled == .settled && settled.isAsWanted)
        let create = Sample.instance(operation: .create, created: false)
        #expect(plan(create, Sample.sight(server: up)).isAsWanted)
        #expect(!plan(Sample.instance(), Sample.sight(server: old)).isAsWanted)
    }

    @Test("A crashed server: clients are held, then it is started")
    func crash() {
        #expect(plan(Sample.instance(), Sample.sight(server: .absent)) == .act([.publishRoute(.hold), .start]))
        let held = Sample.sight(server: .absent, route: Sample.route(gate: .hold))
        #expect(plan(Sample.instance(), held) == .act([.start]))
    }

    @Test("A server that does not answer yet is waited for, not replaced")
    func mute() {
        let seen = Sample.sight(server: .mute(Sample.process), route: Sample.route(gate: .hold))
        #expect(plan(Sample.instance(), seen) == .act([.start]))
    }

    @Test("A reboot is owed while the process is older than the request")
    func reboot() {
        let desired = Sample.instance(operation: .reboot)
        #expect(plan(desired, Sample.sight(server: up)) == .act([.publishRoute(.hold), .stop, .start]))
        let young = ProcessIdentity(pid: 8, startedAt: Sample.now.timeIntervalSince1970 - 1)
        let after = Sample.sight(server: .answering(young, Sample.answers()))
        #expect(plan(desired, after) == .act([.complete(desired.operation!)]))
        let hung = Sample.sight(server: .mute(Sample.process), route: Sample.route(gate: .hold))
        #expect(plan(desired, hung) == .act([.stop, .start]))
    }

    @Test("Another class: written and reloaded; restarted when the server says that it must")
    func modification() {
        let desired = Sample.instance(operation: .modify)
        #expect(plan(desired, Sample.sight(configuration: "former", server: up)) == .act([.configure, .reload]))
        let unread = ServerFacts.Server.answering(Sample.process, Sample.answers(configuration: "former"))
        #expect(plan(desired, Sample.sight(server: unread)) == .act([.reload]))
        let pending = ServerFacts.Server.answering(Sample.process, Sample.answers(restartPending: true))
        #expect(plan(desired, Sample.sight(server: pending)) == .act([.publishRoute(.hold), .stop, .start]))
    }

    @Test("Another installed version: restarted under it")
    func version() {
        let old = ServerFacts.Server.answering(Sample.process, Sample.answers(version: "15.17"))
        #expect(
            plan(Sample.instance(operation: .upgrade), Sample.sight(server: old)) == .act([.publishRoute(.hold), .stop, .start]))
    }

    @Test("A new master password is applied once; one that users changed by SQL is left alone")
    func password() {
        let behind = ServerFacts.Server.answering(Sample.process, Sample.answers(generation: 1))
        #expect(
            plan(Sample.instance(operation: .resetMasterCredentials), Sample.sight(server: behind))
                == .act([.applyMasterPassword]))
        let ahead = ServerFacts.Server.answering(Sample.process, Sample.answers(generation: 3))
        #expect(plan(Sample.instance(), Sample.sight(server: ahead)) == .settled)
    }

    @Test("The endpoint is published anew when it differs, or when the gateway does not listen", arguments: [true, false])
    func route(differs: Bool) {
        var other = Sample.route()
        other.port = 5433
        let seen = Sample.sight(server: up, route: differs ? other : Sample.route(), listening: differs)
        #expect(plan(Sample.instance(), seen) == .act([.publishRoute(.open)]))
    }

    @Test("Stopping closes the endpoint first; a stopped instance is left alone for seven days")
    func stop() {
        let stopping = Sample.instance(operation: .stop, power: .stopped)
        #expect(plan(stopping, Sample.sight(server: up)) == .act([.closeRoute, .stop]))
        let down = Sample.sight(server: .absent, route: nil)
        #expect(plan(stopping, down) == .act([.complete(stopping.operation!)]))
        var stopped = Sample.instance(power: .stopped)
        stopped.automaticRestartAt = Sample.now.addingTimeInterval(1)
        #expect(plan(stopped, down) == .settled)
        stopped.automaticRestartAt = Sample.now
        #expect(plan(stopped, down) == .act([.endStop]))
    }

    @Test("Deletion goes from the outside in, and the documents go last")
    func deletion() {
        let desired = Sample.instance(operation: .delete)
        #expect(
            plan(desired, Sample.sight(server: up, names: false))
                == .act([.closeRoute, .syncNames, .stop, .removeData, .forget]))
        #expect(plan(desired, Sample.sight(data: .absent, server: .absent, route: nil)) == .act([.forget]))
    }

    @Test("What waits for the window is applied in it, and only in it")
    func pending() {
        var desired = Sample.instance()
        desired.pending.instanceClass = "db.t3.small"
        // 2027-01-15 08:00 UTC is a Friday.
        #expect(plan(desired, Sample.sight(server: up)) == .settled)
        desired.spec.maintenanceWindow = "fri:07:45-fri:08:15"
        #expect(plan(desired, Sample.sight(server: up)) == .act([.applyPending]))
    }
}
