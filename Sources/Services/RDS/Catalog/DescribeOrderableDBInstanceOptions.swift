internal import AWSWire
internal import Resources

/// Every combination of installed version, class and storage type that CreateDBInstance takes.
enum DescribeOrderableDBInstanceOptions: Operation {
    static let action = "DescribeOrderableDBInstanceOptions"
    static let parameters: [ParameterRule] =
        [
            .works("Engine"), .works("EngineVersion"), .works("DBInstanceClass"), .works("LicenseModel"),
            .works("AvailabilityZoneGroup", "The region's name; there are no Local Zones."), .works("Vpc"), .noFilters,
        ] + ParameterRule.rdsPaging

    struct Item: Sendable {
        var traits: EngineTraits
        var version: String
        var instanceClass: String
        var storage: Storage.Kind
    }

    static func run(_ request: Request) async throws -> Answer {
        // A page may be shorter than what was asked for: the marker tells.
        let limit = min(try Paging.limit(request, 20...10_000), 1000)
        let page = try Paging.page(items(request), after: request.string("Marker"), limit: limit)
        let zones = Region.zones(of: request.region).map { XMLNode.element("AvailabilityZone", [.text("Name", $0)]) }
        let token = page.marker.map { [XMLNode.text("Marker", $0)] } ?? []
        let options = page.items.map { node($0, zones, request) }
        return .xml(token + [.element("OrderableDBInstanceOptions", options)])
    }

    private static func items(_ request: Request) throws -> [Item] {
        let engine = try request.required("Engine")
        let version = try request.string("EngineVersion")
        let instanceClass = try request.string("DBInstanceClass")
        let license = try request.string("LicenseModel")
        let group = try request.string("AvailabilityZoneGroup")
        let vpc = try request.boolean("Vpc") ?? true
        guard let traits = request.context.catalog.traits(of: engine) else {
            guard EngineChoice.knownToAWS.contains(engine) else {
                throw Fault.invalidParameterValue("Invalid DB engine: \(request.quoted(engine))")
            }
            return []
        }
        // Everything runs in a VPC.
        guard vpc, license == nil || license == traits.licenseModel, group == nil || group == request.region else { return [] }
        let versions = request.context.catalog.versions(of: engine).filter { version == nil || $0.version == version }
        let classes = DBInstanceClass.all.filter { instanceClass == nil || $0.name == instanceClass }
        return versions.flatMap { version in
            classes.flatMap { instanceClass in
                Storage.kinds.map {
                    Item(traits: traits, version: version.version, instanceClass: instanceClass.name, storage: $0)
                }
            }
        }
    }

    private static func node(_ item: Item, _ zones: [XMLNode], _ request: Request) -> XMLNode {
        let region = request.region
        let canEncrypt = request.context.volumes.encrypted != nil
        return .element(
            "OrderableDBInstanceOption",
            [
                .text("Engine", item.traits.name), .text("EngineVersion", item.version),
                .text("DBInstanceClass", item.instanceClass), .text("LicenseModel", item.traits.licenseModel),
                .text("AvailabilityZoneGroup", region), .element("AvailabilityZones", zones), .text("Vpc", true),
            ] + storage(item.storage) + abilities(encryption: canEncrypt))
    }

    private static func storage(_ kind: Storage.Kind) -> [XMLNode] {
        let sizes: [XMLNode] = [
            .text("StorageType", kind.name), .text("MinStorageSize", kind.sizes.lowerBound),
            .text("MaxStorageSize", kind.sizes.upperBound), .text("SupportsIops", kind.iops != nil),
            .text("SupportsStorageThroughput", kind.name == "gp3"), .text("SupportsStorageAutoscaling", true),
        ]
        guard let iops = kind.iops else { return sizes }
        return sizes + [.text("MinIopsPerDbInstance", iops.lowerBound), .text("MaxIopsPerDbInstance", iops.upperBound)]
    }

    /// What works here today; grows with the issues that bring it.
    private static func abilities(encryption: Bool) -> [XMLNode] {
        [
            .text("MultiAZCapable", false), .text("ReadReplicaCapable", false), .text("SupportsStorageEncryption", encryption),
            .text("SupportsEnhancedMonitoring", false), .text("SupportsIAMDatabaseAuthentication", true),
            .text("SupportsPerformanceInsights", true), .element("AvailableProcessorFeatures", []),
            .list("SupportedEngineModes", of: "member", ["provisioned"]), .text("SupportsKerberosAuthentication", false),
            .text("OutpostCapable", false), .element("SupportedActivityStreamModes", []), .text("SupportsGlobalDatabases", false),
            .list("SupportedNetworkTypes", of: "member", ["IPV4"]), .text("SupportsClusters", false),
            .text("SupportsDedicatedLogVolume", false), .text("SupportsHttpEndpoint", false),
        ]
    }
}
