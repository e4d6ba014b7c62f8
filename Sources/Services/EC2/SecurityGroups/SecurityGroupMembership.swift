internal import AWSWire
public import Resources

/// Addresses outside Martlet as members of security groups: what AWS knows from the network interfaces of a VPC has to be said
/// here. Rules that name the group admit them.
public struct SecurityGroupMembership: Sendable {
    private let store: Store
    private let account: String

    public init(store: Store, account: String) {
        self.store = store
        self.account = account
    }

    /// Every group of a region, the default one included, with its registered addresses.
    public func groups(region: String) -> [(group: SecurityGroup, registered: [String])] {
        let members = Dictionary(grouping: store.list(SecurityGroupMember.self, region: region), by: \.groupID)
        return SecurityGroups.withDefault(store.list(SecurityGroup.self, region: region), network(region)).map { group in
            (group, (members[group.groupID] ?? []).map(\.address).sorted())
        }
    }

    /// Registers an address for a group, given by id or name. Once more changes nothing.
    ///
    /// - Throws: `Fault`.
    public func register(_ address: String, group: String, region: String) async throws {
        let address = try Self.parsed(address)
        try await store.write { [network = network(region)] transaction in
            let id = try Self.id(of: group, transaction, network)
            let present = transaction.list(SecurityGroupMember.self, region: region).filter { $0.groupID == id }
            guard !present.contains(where: { $0.address == address }) else { return }
            guard present.count < SecurityGroupMember.limit else {
                throw Fault("LimitExceeded", "No more than \(SecurityGroupMember.limit) addresses can be registered for a group.")
            }
            try transaction.insert(SecurityGroupMember(region: region, groupID: id, address: address))
        }
    }

    /// - Throws: `Fault`, also when the address is not registered.
    public func deregister(_ address: String, group: String, region: String) async throws {
        let address = try Self.parsed(address)
        try await store.write { [network = network(region)] transaction in
            let id = try Self.id(of: group, transaction, network)
            let member = SecurityGroupMember(region: region, groupID: id, address: address)
            guard transaction.get(SecurityGroupMember.self, region: region, id: member.id) != nil else {
                throw Fault("AddressNotRegistered", status: 404, "\(address) is not registered for \(id).")
            }
            try transaction.delete(SecurityGroupMember.self, region: region, id: member.id)
        }
    }

    private func network(_ region: String) -> DefaultVPC { DefaultVPC(account: account, region: region) }

    private static func parsed(_ text: String) throws -> String {
        guard let address = IPAddress(text) else {
            throw Fault.invalidParameterValue("\(text.prefix(64)) is not an IPv4 or IPv6 address.")
        }
        return address.description
    }

    private static func id(of group: String, _ transaction: StoreTransaction, _ network: DefaultVPC) throws -> String {
        let all = transaction.securityGroups(network)
        guard let found = all.first(where: { $0.groupID == group || $0.name == group.lowercased() }) else {
            throw EC2Fault.groupNotFound(String(group.prefix(64)))
        }
        return found.groupID
    }
}
