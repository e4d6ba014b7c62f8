internal import AWSWire
internal import Resources

/// A rule for every address there is does what it says, and its instances' owners are told.
enum OpenToTheWorld {
    /// The rules of a group that let every IPv4 or every IPv6 address reach a TCP port.
    static func blocks(_ rules: [SecurityGroupRule], port: Int) -> [String] {
        rules.filter { $0.direction == .ingress && $0.terms.covers(tcpPort: port) }
            .compactMap { $0.terms.peer.block }.filter(\.isEverywhere).map(\.description)
    }

    static func message(_ group: SecurityGroup, _ blocks: [String], port: Int) -> String {
        "Security group \(group.groupID) (\(group.groupName)) admits every address (\(blocks.joined(separator: ", "))) to port "
            + "\(port). Admit only the addresses that need it: martlet sg allow-me \(group.groupID), then revoke the rule."
    }

    static func event(
        _ instance: DBInstance, _ group: SecurityGroup, _ rules: [SecurityGroupRule], _ request: Request
    ) -> DBEvent? {
        let blocks = blocks(rules, port: instance.spec.port)
        guard !blocks.isEmpty else { return nil }
        return DBEvent(
            region: instance.region, sourceType: .dbInstance, sourceIdentifier: instance.identifier,
            sourceARN: ARN.dbInstance(instance.identifier, region: instance.region, account: request.context.account).description,
            message: message(group, blocks, port: instance.spec.port), categories: [.security, .notification],
            date: request.context.now())
    }
}

extension StoreTransaction {
    /// Tells every instance of a group of the rules that it was just given.
    mutating func warnMembers(of group: SecurityGroup, about rules: [SecurityGroupRule], _ request: Request) throws {
        for instance in instances(with: group.groupID, region: group.region) {
            if let event = OpenToTheWorld.event(instance, group, rules, request) { try record(event) }
        }
    }

    /// Tells an instance of the rules of the groups that it was just given.
    mutating func warn(_ instance: DBInstance, joining ids: [String], _ request: Request) throws {
        for group in securityGroups(request.network) where ids.contains(group.groupID) {
            if let event = OpenToTheWorld.event(instance, group, group.rules, request) { try record(event) }
        }
    }
}
