internal import AWSWire
internal import Resources

enum SubnetGroupRules {
    /// DB subnet groups in each region.
    static let groupQuota = 50
    static let subnetQuota = 20

    /// The name as RDS stores it: in lower case.
    static func name(_ text: String) throws -> String {
        let name = text.lowercased()
        guard name != DefaultVPC.subnetGroupName else {
            throw Fault.invalidParameterValue("The parameter DBSubnetGroupName cannot be default: that group is RDS's own.")
        }
        let legal = name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "._ -".utf8.contains($0) }
        guard name.count <= 255, legal, name.utf8.first?.isASCIILetter == true else {
            throw Fault.invalidParameterValue(
                "The parameter DBSubnetGroupName must have at most 255 letters, digits, periods, underscores, spaces or hyphens, "
                    + "and begin with a letter.")
        }
        return name
    }

    static func description(_ text: String) throws -> String {
        guard text.count <= 255 else {
            throw Fault.invalidParameterValue("The parameter DBSubnetGroupDescription cannot be longer than 255 characters.")
        }
        return text
    }

    /// Subnets that exist, each once, in two zones at least.
    static func subnets(_ identifiers: [String], _ network: DefaultVPC) throws -> [String] {
        var unique: [String] = []
        for id in identifiers {
            guard network.subnet(id) != nil else { throw RDSFault.invalidSubnet(String(id.prefix(64))) }
            if !unique.contains(id) { unique.append(id) }
        }
        guard unique.count <= subnetQuota else { throw RDSFault.subnetQuotaExceeded(subnetQuota) }
        let zones = Set(unique.compactMap { network.subnet($0)?.zone })
        guard zones.count >= 2 else { throw RDSFault.subnetGroupTooFewZones(zones.count) }
        return unique
    }
}

extension Request {
    func subnetIDs() throws -> [String] {
        guard let ids = try strings("SubnetIds"), !ids.isEmpty else { throw missing("SubnetIds") }
        return try SubnetGroupRules.subnets(ids, network)
    }

    func answer(_ group: DBSubnetGroup) -> Answer {
        .xml([.raw(SubnetGroupXML(group: group, network: network).bytes())])
    }
}
