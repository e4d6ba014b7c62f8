internal import AWSWire
internal import Resources

/// The regions that this server serves, of the partition of the request.
enum DescribeRegions: Operation {
    static let action = "DescribeRegions"
    static let parameters: [ParameterRule] = [
        .ec2Filters, .works("RegionName"), .works("AllRegions", "Changes nothing: no region is opted out."), .dryRun,
    ]

    static func run(_ request: Request) async throws -> Answer {
        _ = try request.boolean("AllRegions")
        let served = served(request)
        let asked = try request.strings("RegionName") ?? []
        for name in asked where !served.contains(name) {
            throw Fault.invalidParameterValue("Invalid region name: \(name.prefix(64))")
        }
        let wanted = served.filter { asked.isEmpty || asked.contains($0) }
        let matching = try EC2Filter.apply(wanted, request, fields)
        return .xml([.element("regionInfo", matching.map { .element("item", node($0)) })])
    }

    private static func served(_ request: Request) -> [String] {
        let partition = Region.partition(of: request.region)
        return Region.names.filter { name in
            Region.partition(of: name) == partition && request.context.regions?.contains(name) != false
        }
    }

    private static func endpoint(_ region: String) -> String {
        "ec2.\(region).amazonaws.com" + (Region.partition(of: region) == "aws-cn" ? ".cn" : "")
    }

    private static func fields(_ filter: String, _ region: String) -> [String]? {
        switch filter {
        case "region-name": [region]
        case "endpoint": [endpoint(region)]
        case "opt-in-status": ["opt-in-not-required"]
        default: nil
        }
    }

    private static func node(_ region: String) -> [XMLNode] {
        [
            .text("regionName", region), .text("regionEndpoint", endpoint(region)),
            .text("optInStatus", "opt-in-not-required"),
        ]
    }
}
