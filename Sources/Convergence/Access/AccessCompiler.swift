internal import Resources
internal import Routing

/// Turns the security groups of one region into what the gateway admits. Pure.
struct AccessCompiler: Sendable {
    private let groups: [String: SecurityGroup]
    /// The addresses of every group's members, canonical blocks in order.
    private let members: [String: [IPBlock]]
    private let region: String
    private let refusal: Route.Access.Refusal

    /// - Parameters:
    ///   - instances: those of the region: each is a member of its groups, with the address of its endpoint.
    ///   - registered: addresses outside that were registered as members.
    init(
        region: String, groups: [SecurityGroup], instances: [DBInstance], registered: [SecurityGroupMember],
        refusal: Route.Access.Refusal
    ) {
        self.region = region
        self.refusal = refusal
        self.groups = Dictionary(groups.map { ($0.groupID, $0) }, uniquingKeysWith: { first, _ in first })
        var members: [String: Set<IPBlock>] = [:]
        for instance in instances {
            guard let address = instance.address.flatMap(IPAddress.init) else { continue }
            for group in instance.spec.securityGroupIDs { members[group, default: []].insert(IPBlock(address)) }
        }
        for member in registered {
            guard let address = IPAddress(member.address) else { continue }
            members[member.groupID, default: []].insert(IPBlock(address))
        }
        self.members = members.mapValues { $0.sorted { $0.description < $1.description } }
    }

    /// Who may connect to an instance. A group that does not exist admits nobody.
    func access(to instance: DBInstance) -> Route.Access {
        let own = instance.spec.securityGroupIDs
        let rules = own.compactMap { groups[$0] }.flatMap { group in
            group.rules(.ingress).filter { $0.terms.covers(tcpPort: instance.spec.port) }.map { (group.groupID, $0) }
        }
        // A member whom a rule about addresses admits anyway is left out: so the coming and going of instances that are
        // reached by loopback changes nobody's route.
        let blocks = rules.compactMap { $0.1.terms.peer.block }
        let compiled = rules.compactMap { group, rule -> Route.Access.Rule? in
            guard case .group(let named) = rule.terms.peer else {
                return rule.terms.peer.block.map { Route.Access.Rule(id: rule.id, group: group, blocks: [$0.description]) }
            }
            let rest = (members[named] ?? []).filter { member in !blocks.contains { $0.contains(member) } }
            return rest.isEmpty ? nil : Route.Access.Rule(id: rule.id, group: group, blocks: rest.map(\.description))
        }
        return Route.Access(refusal: refusal, groups: own, rules: compiled, region: region)
    }
}
