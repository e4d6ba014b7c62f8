public import Resources
public import Routing

/// How security groups are enforced.
public struct AccessPolicy: Sendable {
    /// What a client that no rule admits experiences.
    public var refusal: Route.Access.Refusal
    /// The default group of a region that is not stored, because nobody has changed it yet.
    public var defaultGroup: @Sendable (_ region: String) -> SecurityGroup

    public init(refusal: Route.Access.Refusal, defaultGroup: @escaping @Sendable (_ region: String) -> SecurityGroup) {
        self.refusal = refusal
        self.defaultGroup = defaultGroup
    }

    func compiler(_ region: String, _ store: Store) -> AccessCompiler {
        AccessCompiler(
            region: region, groups: groups(region, store), instances: store.list(DBInstance.self, region: region),
            registered: store.list(SecurityGroupMember.self, region: region), refusal: refusal)
    }

    private func groups(_ region: String, _ store: Store) -> [SecurityGroup] {
        let stored = store.list(SecurityGroup.self, region: region)
        let standard = defaultGroup(region)
        // Changed and then unreadable: what it admitted is unknown, so it admits nobody.
        let isLost = store.quarantined.contains { $0.kind == SecurityGroup.kind && $0.region == region && $0.id == standard.id }
        return isLost || stored.contains { $0.id == standard.id } ? stored : stored + [standard]
    }
}
