internal import AWSWire
internal import Resources

/// Ids of EC2: a prefix, and 8 or 17 hexadecimal digits.
enum EC2ID {
    static func isWellFormed(_ id: String, _ prefix: String) -> Bool {
        guard id.hasPrefix(prefix + "-") else { return false }
        let digits = id.utf8.dropFirst(prefix.utf8.count + 1)
        return [8, 17].contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension Request {
    /// Every group of the region, by name, the default one included.
    var securityGroups: [SecurityGroup] {
        let stored = context.store.list(SecurityGroup.self, region: region)
        return SecurityGroups.withDefault(stored, network)
    }

    func securityGroup(_ id: String) throws -> SecurityGroup {
        try SecurityGroups.checkForm(id)
        guard let group = securityGroups.first(where: { $0.groupID == id }) else { throw EC2Fault.groupNotFound(quoted(id)) }
        return group
    }

    /// The id of the group that `GroupId`, or `GroupName` in the default VPC, stands for.
    func securityGroupID() throws -> String {
        if let id = try string("GroupId") { return try securityGroup(id).groupID }
        guard let name = try string("GroupName") else {
            throw Fault.missingParameter("The request must contain the parameter groupName or groupId")
        }
        return try securityGroup(named: name).groupID
    }

    func securityGroup(named name: String) throws -> SecurityGroup {
        guard let group = securityGroups.first(where: { $0.name == name.lowercased() }) else {
            throw EC2Fault.groupNotFound(named: quoted(name), network.vpcID)
        }
        return group
    }
}

enum SecurityGroups {
    static func checkForm(_ id: String) throws {
        guard EC2ID.isWellFormed(id, "sg") else {
            throw Fault("InvalidGroupId.Malformed", "Invalid id: \"\(id.prefix(64))\" (expecting \"sg-...\")")
        }
    }

    static func withDefault(_ stored: [SecurityGroup], _ network: DefaultVPC) -> [SecurityGroup] {
        if stored.contains(where: { $0.groupID == network.securityGroupID }) { return stored }
        return (stored + [DefaultSecurityGroup.group(network)]).sorted { $0.name < $1.name }
    }
}

extension StoreTransaction {
    func securityGroups(_ network: DefaultVPC) -> [SecurityGroup] {
        SecurityGroups.withDefault(list(SecurityGroup.self, region: network.region), network)
    }

    /// Changes a group; the default one is stored from its first change on.
    @discardableResult
    mutating func changeSecurityGroup(
        _ id: String, _ network: DefaultVPC, _ change: (inout SecurityGroup) throws -> Void
    ) throws -> SecurityGroup {
        if get(SecurityGroup.self, region: network.region, id: id) == nil {
            guard id == network.securityGroupID else { throw EC2Fault.groupNotFound(String(id.prefix(64))) }
            let derived = DefaultSecurityGroup.group(network)
            var changed = derived
            try change(&changed)
            if changed != derived { try insert(changed) }
            return changed
        }
        return try update(SecurityGroup.self, region: network.region, id: id, change)
    }

    /// Instances that have the group, by name.
    func instances(with group: String, region: String) -> [DBInstance] {
        list(DBInstance.self, region: region).filter { $0.spec.securityGroupIDs.contains(group) }
    }

    /// A group may have been deleted since the request was read.
    func checkGroups(_ ids: [String], _ network: DefaultVPC) throws {
        _ = try Limits.securityGroups(ids, network, existing: securityGroups(network))
    }
}
