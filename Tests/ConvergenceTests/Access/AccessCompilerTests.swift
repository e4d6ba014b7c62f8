import Engines
import Resources
import Routing
import Testing

@testable import Convergence

@Suite struct AccessCompilerTests {
    private func rule(
        _ id: String, _ peer: SecurityGroupRule.Peer, _ ipProtocol: String = "tcp", ports: ClosedRange<Int> = 5432...5432,
        direction: SecurityGroupRule.Direction = .ingress
    ) -> SecurityGroupRule {
        SecurityGroupRule(
            id: id, direction: direction,
            terms: .init(ipProtocol: ipProtocol, fromPort: ports.lowerBound, toPort: ports.upperBound, peer: peer))
    }

    private func group(_ id: String, _ rules: SecurityGroupRule...) -> SecurityGroup {
        SecurityGroup(
            region: "us-east-1", groupID: id, groupName: id, description: "", vpcID: "vpc-1", rules: rules, tags: [])
    }

    private func instance(_ groups: String..., address: String? = "127.9.0.1", port: Int = 5432) -> DBInstance {
        var instance = Sample.instance(address: address)
        instance.spec.securityGroupIDs = groups
        instance.spec.port = port
        return instance
    }

    private func compiled(
        _ instance: DBInstance, _ groups: [SecurityGroup], others: [DBInstance] = [], registered: [String: String] = [:],
        refusal: Route.Access.Refusal = .diagnose
    ) -> Route.Access {
        AccessCompiler(
            region: "us-east-1", groups: groups, instances: others + [instance],
            registered: registered.map { SecurityGroupMember(region: "us-east-1", groupID: $1, address: $0) }, refusal: refusal
        ).access(to: instance)
    }

    @Test func onlyIngressRulesAboutItsPortCount() {
        let access = compiled(
            instance("sg-1"),
            [
                group(
                    "sg-1", rule("sgr-1", .ipv4("10.0.0.0/8")), rule("sgr-2", .ipv4("10.1.0.0/16"), ports: 5433...6000),
                    rule("sgr-3", .ipv4("10.2.0.0/16"), "udp"), rule("sgr-4", .ipv6("::/0"), "-1", ports: -1 ... -1),
                    rule("sgr-5", .ipv4("10.3.0.0/16"), direction: .egress),
                    rule("sgr-6", .ipv4("10.4.0.0/16"), ports: 5000...6000))
            ])
        #expect(access.rules.map(\.id) == ["sgr-1", "sgr-4", "sgr-6"])
        #expect(access.rules.map(\.blocks) == [["10.0.0.0/8"], ["::/0"], ["10.4.0.0/16"]])
        #expect(access.groups == ["sg-1"] && access.region == "us-east-1" && access.rules.allSatisfy { $0.group == "sg-1" })
    }

    @Test func allGroupsOfTheInstanceCountAndNoOthers() {
        let groups = [
            group("sg-1", rule("a", .ipv4("10.0.0.0/8"))), group("sg-2", rule("b", .ipv6("::1/128"))),
            group("sg-3", rule("c", .ipv4("0.0.0.0/0"))),
        ]
        #expect(compiled(instance("sg-2", "sg-1"), groups).rules.map(\.id) == ["b", "a"])
    }

    @Test func aGroupThatDoesNotExistAdmitsNobody() {
        let access = compiled(instance("sg-9"), [group("sg-1", rule("a", .ipv4("0.0.0.0/0")))])
        #expect(access.rules.isEmpty && access.groups == ["sg-9"])
    }

    @Test func aNamedGroupAdmitsItsMembers() {
        let groups = [group("sg-db", rule("a", .group("sg-web"))), group("sg-web")]
        var web = instance("sg-web", address: "127.9.0.2")
        web.resourceID = "db-B"
        let access = compiled(
            instance("sg-db"), groups, others: [web],
            registered: ["192.0.2.7": "sg-web", "2001:db8::7": "sg-web", "192.0.2.8": "sg-db"])
        #expect(access.rules.map(\.blocks) == [["127.9.0.2/32", "192.0.2.7/32", "2001:db8::7/128"]])
    }

    @Test func aNamedGroupWithoutMembersAdmitsNobody() {
        #expect(compiled(instance("sg-db"), [group("sg-db", rule("a", .group("sg-web")))]).rules.isEmpty)
    }

    @Test func anInstanceWithoutAnAddressIsNobodyYet() {
        let groups = [group("sg-db", rule("a", .group("sg-db")))]
        #expect(compiled(instance("sg-db", address: nil), groups).rules.isEmpty)
        #expect(compiled(instance("sg-db"), groups).rules.map(\.blocks) == [["127.9.0.1/32"]])
    }

    @Test func membersThatAnAddressRuleAdmitsChangeNothing() {
        let groups = [
            group(
                "sg-1", rule("a", .group("sg-1"), "-1", ports: -1 ... -1), rule("b", .ipv4("127.0.0.0/8"), "-1", ports: -1 ... -1)
            )
        ]
        let alone = compiled(instance("sg-1"), groups)
        var other = instance("sg-1", address: "127.9.0.2")
        other.resourceID = "db-B"
        #expect(alone.rules.map(\.id) == ["b"])
        #expect(compiled(instance("sg-1"), groups, others: [other]) == alone)
        #expect(compiled(instance("sg-1"), groups, registered: ["192.0.2.7": "sg-1"]).rules.map(\.id) == ["a", "b"])
    }

    @Test(arguments: [Route.Access.Refusal.diagnose, .drop])
    func theManagersChoiceOfRefusalIsPassedOn(refusal: Route.Access.Refusal) {
        #expect(compiled(instance("sg-1"), [], refusal: refusal).refusal == refusal)
    }
}

@Suite struct AccessPolicyTests {
    private let standard = SecurityGroup(
        region: "us-east-1", groupID: "sg-default", groupName: "default", description: "", vpcID: "vpc-1",
        rules: [
            .init(
                id: "sgr-loopback", direction: .ingress,
                terms: .init(ipProtocol: "-1", fromPort: -1, toPort: -1, peer: .ipv4("127.0.0.0/8")))
        ], tags: [])

    @Test func theDefaultGroupIsTheDerivedOneUntilItIsStored() async throws {
        let store = try Store.inMemory()
        let policy = AccessPolicy(refusal: .diagnose) { [standard] _ in standard }
        var instance = Sample.instance()
        instance.spec.securityGroupIDs = ["sg-default"]
        #expect(policy.compiler("us-east-1", store).access(to: instance).rules.map(\.id) == ["sgr-loopback"])
        try await store.write { [standard] tx in
            var closed = standard
            closed.rules = []
            try tx.insert(closed)
        }
        #expect(policy.compiler("us-east-1", store).access(to: instance).rules.isEmpty)
    }
}

/// A lane notices a route that admits the wrong clients.
@Suite struct AccessPlanTests {
    @Test func aChangeOfAccessIsPublished() {
        var target = Sample.target
        target.route?.access = Route.Access(refusal: .diagnose, groups: ["sg-1"], rules: [], region: "us-east-1")
        let seen = Sample.sight(server: .answering(Sample.process, Sample.answers()))
        #expect(InstancePlanner.plan(desired: Sample.instance(), target: target, seen: seen) == .act([.publishRoute(.open)]))
    }
}
