import Certificates
import Engines
import Foundation
import Resources
import Routing
import Testing

@testable import Convergence

@Suite("Certificates, IAM and rotation in the plan")
struct IdentityPlanTests {
    private let up = ServerFacts.Server.answering(Sample.process, Sample.answers())
    private let behind = ServerFacts.Server.answering(Sample.process, Sample.answers(generation: 1))

    private func plan(_ desired: DBInstance, _ seen: InstanceSight, _ target: InstanceTarget = Sample.target) -> InstancePlan {
        InstancePlanner.plan(desired: desired, target: target, seen: seen)
    }

    private func certified(_ name: String = "one") -> InstanceTarget {
        var target = Sample.target
        target.certificate = CertificateRequest(
            names: [name], addresses: ["127.9.0.1"], authority: "ca", authorityEnd: .distantFuture)
        return target
    }

    private let certificate = EndpointCertificate(
        certificateFile: "c", privateKeyFile: "k", fingerprint: "f", names: ["one"], addresses: ["127.9.0.1"],
        authority: "ca", validFrom: Sample.now - 10, validTill: Sample.now + 300 * 86_400)

    @Test("An endpoint opens with its certificate")
    func certificateBeforeRoute() {
        let seen = Sample.sight(server: up, route: nil, listening: false)
        #expect(
            plan(Sample.instance(operation: .create, created: false), seen, certified())
                == .act([.issueCertificate, .publishRoute(.open)]))
    }

    @Test("Another name: another certificate, and the endpoint never closes")
    func rename() {
        let seen = Sample.sight(server: up, certificate: certificate)
        #expect(plan(Sample.instance(), seen, certified()) == .settled)
        #expect(plan(Sample.instance(), seen, certified("two")) == .act([.issueCertificate, .publishRoute(.open)]))
    }

    @Test("Nothing is certified before there is an address, or while the server is away")
    func noCertificateYet() {
        #expect(plan(Sample.instance(), Sample.sight(server: up)) == .settled)
        let away = Sample.sight(server: .absent, route: Sample.route(gate: .hold))
        #expect(plan(Sample.instance(), away, certified()) == .act([.start]))
    }

    @Test("A managed password changes behind a held gate, and the secret tells it before the gate opens")
    func rotation() {
        let desired = Sample.instance(operation: .resetMasterCredentials)
        let pending = ManagedSecretSight(hasPending: true, nextRotation: nil)
        #expect(
            plan(desired, Sample.sight(server: behind, secret: pending))
                == .act([.publishRoute(.hold), .applyMasterPassword, .promoteSecret, .publishRoute(.open)]))
    }

    @Test("Cut short anywhere, a rotation goes on where it was")
    func rotationResumes() {
        let desired = Sample.instance(operation: .resetMasterCredentials)
        let pending = ManagedSecretSight(hasPending: true, nextRotation: nil)
        let done = ManagedSecretSight(hasPending: false, nextRotation: nil)
        let held = Sample.route(gate: .hold)
        #expect(
            plan(desired, Sample.sight(server: behind, route: held, secret: pending))
                == .act([.applyMasterPassword, .promoteSecret, .publishRoute(.open)]))
        #expect(
            plan(desired, Sample.sight(server: up, route: held, secret: pending))
                == .act([.promoteSecret, .publishRoute(.open)]))
        #expect(plan(desired, Sample.sight(server: up, route: held, secret: done)) == .act([.publishRoute(.open)]))
        #expect(plan(desired, Sample.sight(server: up, secret: done)) == .act([.complete(desired.operation!)]))
    }

    @Test("A password that its owner gave is set without holding anybody")
    func plainPassword() {
        let desired = Sample.instance(operation: .resetMasterCredentials)
        #expect(plan(desired, Sample.sight(server: behind)) == .act([.applyMasterPassword]))
    }

    @Test("The schedule rotates an instance that is settled, and no other")
    func schedule() {
        let due = ManagedSecretSight(hasPending: false, nextRotation: Sample.now)
        let later = ManagedSecretSight(hasPending: false, nextRotation: Sample.now + 1)
        #expect(plan(Sample.instance(), Sample.sight(server: up, secret: due)) == .act([.rotateMasterPassword]))
        #expect(plan(Sample.instance(), Sample.sight(server: up, secret: later)) == .settled)
        let rebooting = Sample.instance(operation: .modify)
        #expect(plan(rebooting, Sample.sight(server: up, secret: due)) == .act([.complete(rebooting.operation!)]))
        #expect(plan(Sample.instance(power: .stopped), Sample.sight(server: .absent, route: nil, secret: due)) == .settled)
        #expect(
            plan(Sample.instance(), Sample.sight(server: .absent, secret: due)) == .act([.publishRoute(.hold), .start]))
    }

    @Test("Tokens are demanded before the server stops asking for passwords, and until it asks again")
    func iamOrder() {
        var target = Sample.target
        target.route?.iam = Route.IAM(region: "us-east-1", hosts: ["one"], port: 5432, accessKeysFile: "/k")
        let former = Sample.sight(configuration: "former", server: up)
        #expect(
            plan(Sample.instance(operation: .configureIAM), former, target)
                == .act([.publishRoute(.open), .configure, .reload]))
        let off = Sample.sight(configuration: "former", server: up, route: target.route)
        #expect(plan(Sample.instance(operation: .configureIAM), off) == .act([.configure, .reload]))
        let reloaded = Sample.sight(server: up, route: target.route)
        #expect(plan(Sample.instance(operation: .configureIAM), reloaded) == .act([.publishRoute(.open)]))
    }
}
