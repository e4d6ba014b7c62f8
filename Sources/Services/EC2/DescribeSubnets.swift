internal import AWSWire
internal import Resources

/// The default subnets, one for each zone.
enum DescribeSubnets: Operation {
    static let action = "DescribeSubnets"
    static let parameters: [ParameterRule] = [.ec2Filters, .works("SubnetId"), .dryRun] + ParameterRule.ec2Paging

    static func run(_ request: Request) async throws -> Answer {
        let network = request.network
        let asked = try request.strings("SubnetId") ?? []
        for id in asked where network.subnet(id) == nil {
            throw Fault("InvalidSubnetID.NotFound", "The subnet ID '\(id.prefix(64))' does not exist")
        }
        let wanted = network.subnets.filter { asked.isEmpty || asked.contains($0.id) }
        let matching = try EC2Filter.apply(wanted, request) { fields($0, $1, network) }
        let page = try request.ec2Page(matching)
        return .xml([.element("subnetSet", page.items.map { .element("item", node($0, network)) })] + page.token)
    }

    private static func fields(_ filter: String, _ subnet: DefaultVPC.Subnet, _ network: DefaultVPC) -> [String]? {
        switch filter {
        case "subnet-id": [subnet.id]
        case "vpc-id": [network.vpcID]
        case "availability-zone", "availabilityZone": [subnet.zone]
        case "availability-zone-id", "availabilityZoneId": [subnet.zoneID]
        case "default-for-az", "defaultForAz": ["true"]
        case "cidr", "cidr-block", "cidrBlock": [subnet.cidrBlock]
        case "state": ["available"]
        case "owner-id": [network.account]
        case "subnet-arn": [arn(subnet, network)]
        case "map-public-ip-on-launch": ["true"]
        case "available-ip-address-count": [String(addresses)]
        default: filter.isTagFilter ? [] : nil
        }
    }

    /// A /20 without the five addresses that AWS keeps.
    private static let addresses = 4091

    private static func arn(_ subnet: DefaultVPC.Subnet, _ network: DefaultVPC) -> String {
        ARN(service: "ec2", region: network.region, account: network.account, resource: "subnet/\(subnet.id)").description
    }

    private static func node(_ subnet: DefaultVPC.Subnet, _ network: DefaultVPC) -> [XMLNode] {
        [
            .text("subnetId", subnet.id), .text("subnetArn", arn(subnet, network)), .text("state", "available"),
            .text("ownerId", network.account), .text("vpcId", network.vpcID), .text("cidrBlock", subnet.cidrBlock),
            .element("ipv6CidrBlockAssociationSet", []), .text("availableIpAddressCount", addresses),
            .text("availabilityZone", subnet.zone), .text("availabilityZoneId", subnet.zoneID),
            .text("defaultForAz", true), .text("mapPublicIpOnLaunch", true), .text("assignIpv6AddressOnCreation", false),
            .element("tagSet", []),
        ]
    }
}
