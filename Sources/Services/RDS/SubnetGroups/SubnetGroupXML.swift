internal import Resources

/// `<DBSubnetGroup>`, alone and inside `<DBInstance>`.
struct SubnetGroupXML {
    var group: DBSubnetGroup
    var network: DefaultVPC

    func bytes() -> [UInt8] {
        var writer = XMLWriter(capacity: 1024)
        writer.element("DBSubnetGroup") { xml in
            xml.text("DBSubnetGroupName", group.name)
            xml.text("DBSubnetGroupDescription", group.description)
            xml.text("VpcId", group.vpcID)
            xml.text("SubnetGroupStatus", "Complete")
            xml.element("Subnets") { xml in
                for id in group.subnetIDs { subnet(id, &xml) }
            }
            let arn = ARN.dbSubnetGroup(group.name, region: network.region, account: network.account)
            xml.text("DBSubnetGroupArn", arn.description)
            xml.element("SupportedNetworkTypes") { $0.text("member", "IPV4") }
        }
        return writer.bytes
    }

    private func subnet(_ id: String, _ xml: inout XMLWriter) {
        xml.element("Subnet") { xml in
            xml.text("SubnetIdentifier", id)
            xml.element("SubnetAvailabilityZone") { $0.text("Name", network.subnet(id)?.zone) }
            xml.element("SubnetOutpost") { _ in }
            xml.text("SubnetStatus", "Active")
        }
    }
}
