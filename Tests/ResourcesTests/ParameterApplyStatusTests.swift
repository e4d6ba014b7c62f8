import Foundation
import Resources
import Testing

@Suite("Parameter apply status")
struct ParameterApplyStatusTests {
    private static let group = DBParameterGroup(
        region: "us-east-1", name: "mine", family: "postgres15", description: "",
        settings: ["work_mem": .init(value: "8192", method: .immediate)])
    private static let all = AppliedParameters(of: group)

    struct Case: Sendable {
        var named: String? = "mine"
        var applied: AppliedParameters? = all
        var seen: AppliedParameters? = all
        var refused: [String: String] = [:]
        var isObserved = true
        var power = DBInstance.Power.running
        var created = true
        var status: ParameterApplyStatus
    }

    @Test(arguments: [
        Case(status: .inSync),
        Case(seen: nil, status: .applying), Case(isObserved: false, status: .applying),
        Case(seen: AppliedParameters(group: "mine"), status: .applying),
        Case(applied: AppliedParameters(group: "mine"), status: .pendingReboot),
        Case(applied: AppliedParameters(group: "other", values: all.values), status: .pendingReboot),
        Case(applied: nil, status: .pendingReboot),
        Case(refused: ["work_mem": "no"], status: .failedToApply),
        Case(seen: nil, power: .stopped, status: .inSync), Case(seen: nil, created: false, status: .inSync),
        Case(named: nil, applied: nil, seen: AppliedParameters(), status: .inSync),
        Case(named: nil, applied: all, status: .pendingReboot),
    ])
    func status(_ example: Case) {
        var instance = StoreTests.instance("one")
        instance.createdAt = example.created ? Date() : nil
        instance.power = example.power
        instance.spec.parameterGroup = example.named
        instance.parameters = example.applied
        let observed = DBInstanceObservation(
            server: .answering, endpointOpen: true, parameters: example.seen, refusedParameters: example.refused)
        let group = example.named == nil ? nil : Self.group
        #expect(
            ParameterApplyStatus.derive(
                desired: instance, group: group, observed: example.isObserved ? observed : nil) == example.status)
    }

    @Test("All of a group is taken up, but not one that is missing")
    func takeUp() {
        var instance = StoreTests.instance("one")
        instance.spec.parameterGroup = "mine"
        instance.parameters = AppliedParameters(group: "mine", values: ["jit": "0"])
        instance.takeUpParameters(of: nil)
        #expect(instance.appliedParameters.values == ["jit": "0"])
        instance.takeUpParameters(of: Self.group)
        #expect(instance.appliedParameters == Self.all)
        instance.spec.parameterGroup = nil
        instance.takeUpParameters(of: nil)
        #expect(instance.appliedParameters == AppliedParameters())
    }

    @Test("An instance of before parameter groups can be read, and has the default group")
    func older() throws {
        let instance = StoreTests.instance("one")
        let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(instance))
        var fields = try #require(encoded as? [String: Any])
        fields["parameters"] = nil
        var spec = try #require(fields["spec"] as? [String: Any])
        for name in ["parameterGroup", "optionGroup"] { spec[name] = nil }
        fields["spec"] = spec
        let read = try JSONDecoder().decode(DBInstance.self, from: JSONSerialization.data(withJSONObject: fields))
        #expect(read == instance && read.appliedParameters == AppliedParameters() && read.spec.optionGroup == nil)
    }

    @Test("The catalogue finds by name")
    func catalogue() {
        let names = ["b", "a", "d", "c", "e"]
        let catalogue = ParameterCatalogue(
            names.map {
                ParameterDefinition(name: $0, description: "", dataType: .string, isDynamic: true, isModifiable: true)
            })
        for name in names { #expect(catalogue[name]?.name == name) }
        for name in ["", "0", "bb", "f"] { #expect(catalogue[name] == nil) }
    }
}
