import Foundation
import Resources
import Testing

@Suite("DBInstanceStatus")
struct StatusTests {
    private func instance(_ operation: DBInstance.Operation.Kind?, power: DBInstance.Power = .running) -> DBInstance {
        var instance = StoreTests.instance("one")
        instance.operation = operation.map { DBInstance.Operation(kind: $0, requestedAt: Date()) }
        instance.power = power
        return instance
    }

    private let up = DBInstanceObservation(server: .answering, endpointOpen: true)

    @Test(
        "An operation in flight names the status",
        arguments: zip(
            DBInstance.Operation.Kind.allCases,
            [
                DBInstanceStatus.creating, DBInstanceStatus.modifying, .modifying, .modifying, .renaming,
                .resettingMasterCredentials, .configuringIAMAuthentication, .upgrading, .rebooting, .stopping, .starting,
                .deleting, .backingUp,
            ]))
    func operations(_ kind: DBInstance.Operation.Kind, _ status: DBInstanceStatus) {
        #expect(DBInstanceStatus.derive(desired: instance(kind), observed: up) == status)
    }

    @Test("Available needs a server that answers and an endpoint that is open, both seen")
    func available() {
        #expect(DBInstanceStatus.derive(desired: instance(nil), observed: up) == .available)
        #expect(DBInstanceStatus.derive(desired: instance(nil), observed: nil) == .starting)
        let deaf = DBInstanceObservation(server: .answering, endpointOpen: false)
        #expect(DBInstanceStatus.derive(desired: instance(nil), observed: deaf) == .starting)
        let crashed = DBInstanceObservation(server: .absent, endpointOpen: true)
        #expect(DBInstanceStatus.derive(desired: instance(nil), observed: crashed) == .starting)
    }

    @Test("Stopped needs proof that the server is gone")
    func stopped() {
        let down = DBInstanceObservation(server: .absent)
        #expect(DBInstanceStatus.derive(desired: instance(nil, power: .stopped), observed: down) == .stopped)
        #expect(DBInstanceStatus.derive(desired: instance(nil, power: .stopped), observed: up) == .stopping)
        #expect(DBInstanceStatus.derive(desired: instance(nil, power: .stopped), observed: nil) == .stopping)
    }

    @Test("A reboot that was asked for after the failure is what is going on, until it has failed too")
    func cure() {
        var desired = instance(.reboot)
        var seen = DBInstanceObservation()
        let asked = Date()
        desired.operation?.requestedAt = asked
        for (since, expected) in [(asked - 1, DBInstanceStatus.rebooting), (asked + 1, .incompatibleParameters)] {
            seen.failure = .init(kind: .incompatibleParameters, reason: "x", since: since)
            #expect(DBInstanceStatus.derive(desired: desired, observed: seen) == expected)
        }
        seen.failure = .init(kind: .storageFull, reason: "x", since: asked - 1)
        #expect(DBInstanceStatus.derive(desired: desired, observed: seen) == .storageFull)
    }

    @Test(
        "Storage is full for as long as writers are turned away, which follows what was measured",
        arguments: [
            (true, nil, DBInstanceStatus.storageFull), (false, nil, .starting), (true, false, .available),
            (true, true, .storageFull), (false, true, .storageFull), (false, false, .available),
        ] as [(Bool, Bool?, DBInstanceStatus)])
    func storage(measured: Bool, told: Bool?, expected: DBInstanceStatus) {
        var seen = up
        seen.volume = .init(sizeBytes: 1 << 30, freeBytes: 0, isFull: measured, isFullToServer: told)
        #expect(DBInstanceStatus.derive(desired: instance(nil), observed: seen) == expected)
        #expect(DBInstanceStatus.derive(desired: instance(.modify), observed: seen) == .modifying)
    }

    @Test("A failure shows through every operation but a deletion")
    func failures() {
        var seen = up
        seen.failure = .init(kind: .incompatibleParameters, reason: "x", since: .distantFuture)
        #expect(DBInstanceStatus.derive(desired: instance(.create), observed: seen) == .incompatibleParameters)
        #expect(DBInstanceStatus.derive(desired: instance(.delete), observed: seen) == .deleting)
    }
}

@Suite("Engine versions")
struct EngineVersionTests {
    struct Catalog: EngineCatalog {
        var engines: [EngineTraits] { [] }
        var installed: [String]
        func versions(of engine: String) -> [EngineVersion] {
            installed.map { EngineVersion(version: $0, family: "postgres15", major: "15") }.sorted()
        }
        func passwordVerifier(engine: String, password: String) throws -> String { "" }
        func parameters(of engine: String, version: String) -> ParameterCatalogue { ParameterCatalogue([]) }
        func defaultParameters(of engine: String, version: String) -> [String: String] { [:] }
    }

    @Test(
        "A version that is not there is served by the nearest at or above it",
        arguments: [
            ("14.6", "15.18"), ("15", "15.18"), ("15.2", "15.18"), ("15.18", "15.18"), ("16.1", "16.4"), ("16", "16.4"),
            ("17", nil),
            (nil, "16.4"), ("15.9", "15.18"),
        ] as [(String?, String?)])
    func serving(_ requested: String?, _ expected: String?) {
        let catalog = Catalog(installed: ["16.4", "15.18"])
        #expect(catalog.version(of: "postgres", serving: requested)?.version == expected)
    }
}
