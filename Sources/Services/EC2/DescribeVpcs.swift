internal import AWSWire

/// The default VPC.
enum DescribeVpcs: Operation {
    static let action = "DescribeVpcs"
    static let note = "Every region has one VPC, the default one, with a subnet in each zone."
    static let parameters: [ParameterRule] = [.ec2Filters, .works("VpcId"), .dryRun] + ParameterRule.ec2Paging

    static func run(_ request: Request) async throws -> Answer {
        let network = request.network
        for id in try request.strings("VpcId") ?? [] where id != network.vpcID { throw notFound(id) }
        let page = try request.ec2Page(try EC2Filter.apply([network], request, fields))
        return .xml([.element("vpcSet", page.items.map { .element("item", node($0)) })] + page.token)
    }

    static func notFound(_ id: String) -> Fault {
        Fault("InvalidVpcID.NotFound", "The vpc ID '\(id.prefix(64))' does not exist")
    }

    private static func fields(_ filter: String, _ vpc: DefaultVPC) -> [String]? {
        switch filter {
        case "vpc-id": [vpc.vpcID]
        case "cidr", "cidr-block-association.cidr-block": [DefaultVPC.cidrBlock]
        case "isDefault", "is-default": ["true"]
        case "state": ["available"]
        case "owner-id": [vpc.account]
        case "dhcp-options-id": ["default"]
        case "cidr-block-association.state": ["associated"]
        default: filter.isTagFilter ? [] : nil
        }
    }

    private static func node(_ vpc: DefaultVPC) -> [XMLNode] {
        let association: [XMLNode] = [
            .text("associationId", vpc.vpcID.replacing("vpc-", with: "vpc-cidr-assoc-")),
            .text("cidrBlock", DefaultVPC.cidrBlock), .element("cidrBlockState", [.text("state", "associated")]),
        ]
        return [
            .text("vpcId", vpc.vpcID), .text("ownerId", vpc.account), .text("state", "available"),
            .text("cidrBlock", DefaultVPC.cidrBlock),
            .element("cidrBlockAssociationSet", [.element("item", association)]),
            .text("dhcpOptionsId", "default"), .text("instanceTenancy", "default"), .text("isDefault", true),
            .element("tagSet", []),
        ]
    }
}

extension String {
    /// Networks carry no tags here: such a filter is understood and matches nothing.
    var isTagFilter: Bool { self == "tag-key" || hasPrefix("tag:") }
}
