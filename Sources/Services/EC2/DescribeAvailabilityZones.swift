internal import AWSWire
internal import Resources

/// The three zones of the region.
enum DescribeAvailabilityZones: Operation {
    static let action = "DescribeAvailabilityZones"
    static let parameters: [ParameterRule] = [
        .ec2Filters, .works("ZoneName"), .works("ZoneId"),
        .works("AllAvailabilityZones", "Changes nothing: no zone is opted out."), .dryRun,
    ]

    static func run(_ request: Request) async throws -> Answer {
        _ = try request.boolean("AllAvailabilityZones")
        let zones = request.network.subnets
        let names = try request.strings("ZoneName") ?? []
        let ids = try request.strings("ZoneId") ?? []
        for name in names where !zones.contains(where: { $0.zone == name }) { throw invalid(name) }
        for id in ids where !zones.contains(where: { $0.zoneID == id }) { throw invalid(id) }
        let wanted = zones.filter { (names.isEmpty || names.contains($0.zone)) && (ids.isEmpty || ids.contains($0.zoneID)) }
        let matching = try EC2Filter.apply(wanted, request) { fields($0, $1, request.region) }
        return .xml([.element("availabilityZoneInfo", matching.map { .element("item", node($0, request.region)) })])
    }

    private static func invalid(_ name: String) -> Fault {
        .invalidParameterValue("Invalid availability zone: [\(name.prefix(64))]")
    }

    private static func fields(_ filter: String, _ zone: DefaultVPC.Subnet, _ region: String) -> [String]? {
        switch filter {
        case "zone-name": [zone.zone]
        case "zone-id": [zone.zoneID]
        case "region-name", "group-name": [region]
        case "group-long-name": [region]
        case "zone-type": ["availability-zone"]
        case "opt-in-status": ["opt-in-not-required"]
        case "state": ["available"]
        case "message", "parent-zone-id", "parent-zone-name": []
        default: nil
        }
    }

    private static func node(_ zone: DefaultVPC.Subnet, _ region: String) -> [XMLNode] {
        [
            .text("optInStatus", "opt-in-not-required"), .element("messageSet", []), .text("regionName", region),
            .text("zoneName", zone.zone), .text("zoneId", zone.zoneID), .text("groupName", region),
            .text("networkBorderGroup", region), .text("zoneType", "availability-zone"), .text("zoneState", "available"),
        ]
    }
}
