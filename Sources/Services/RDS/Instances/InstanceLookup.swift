internal import AWSWire
internal import Resources

extension Request {
    /// The lower-case identifier that `DBInstanceIdentifier` gives, as a name or an ARN of this region and account.
    func instanceIdentifier() throws -> String {
        try instanceIdentifier(required("DBInstanceIdentifier"))
    }

    func instanceIdentifier(_ text: String) throws -> String {
        guard text.hasPrefix("arn:") else { return text.lowercased() }
        guard let arn = ARN(text), arn.service == "rds", arn.region == region, arn.account == context.account,
            arn.resource.hasPrefix("db:")
        else { throw RDSFault.instanceNotFound(quoted(text)) }
        return String(arn.resource.dropFirst("db:".count))
    }

    func instance(_ identifier: String) throws -> DBInstance {
        guard let instance = context.store.find(DBInstance.self, region: region, name: identifier) else {
            throw RDSFault.instanceNotFound(quoted(identifier))
        }
        return instance
    }

    func status(_ instance: DBInstance) -> DBInstanceStatus {
        DBInstanceStatus.derive(desired: instance, observed: context.board[instance.resourceID])
    }

    func subnetGroup(named name: String) -> DBSubnetGroup? {
        if name == DefaultVPC.subnetGroupName { return network.defaultSubnetGroup }
        return context.store.find(DBSubnetGroup.self, region: region, name: name)
    }

    func answer(_ instance: DBInstance) -> Answer {
        .xml([.raw(context.rendered.xml(of: instance, in: context, network))])
    }
}

extension StoreTransaction {
    /// The instance as the transaction sees it.
    func instance(_ identifier: String, region: String) throws -> DBInstance {
        guard let instance = find(DBInstance.self, region: region, name: identifier) else {
            throw RDSFault.instanceNotFound(identifier)
        }
        return instance
    }

    func subnetGroup(named name: String, _ network: DefaultVPC) throws -> DBSubnetGroup {
        if name == DefaultVPC.subnetGroupName { return network.defaultSubnetGroup }
        guard let group = find(DBSubnetGroup.self, region: network.region, name: name) else {
            throw RDSFault.subnetGroupNotFound(String(name.prefix(255)))
        }
        return group
    }
}
