internal import AWSWire
internal import Resources

/// The versions that are installed on this host.
enum DescribeDBEngineVersions: Operation {
    static let action = "DescribeDBEngineVersions"
    static let note = "Installed versions only."
    static let parameters: [ParameterRule] =
        [
            .works("Engine"), .works("EngineVersion", "A full version, or a major one for all of its versions."),
            .works("DBParameterGroupFamily"), .works("DefaultOnly", "The newest of each engine."),
            .works("Filters", "`db-parameter-group-family`, `engine`, `engine-mode`, `engine-version`, `status`."),
            .works("IncludeAll", "Changes nothing: every installed version is available."),
            .works("ListSupportedCharacterSets", "Changes nothing: RDS lists none for these engines."),
            .works("ListSupportedTimezones", "Changes nothing: RDS lists none for these engines."),
        ] + ParameterRule.rdsPaging

    struct Item: Sendable {
        var traits: EngineTraits
        var version: EngineVersion
        var installed: [EngineVersion]
    }

    static func run(_ request: Request) async throws -> Answer {
        for name in ["IncludeAll", "ListSupportedCharacterSets", "ListSupportedTimezones"] { _ = try request.boolean(name) }
        let limit = try Paging.limit(request)
        let filters = try RDSFilter.all(
            request, known: ["db-parameter-group-family", "engine", "engine-mode", "engine-version", "status"])
        let items = try items(request).filter { item in filters.allSatisfy { matches($0, item) } }
        let page = try Paging.page(items, after: request.string("Marker"), limit: limit)
        let token = page.markerNodes()
        return .xml(token + [.element("DBEngineVersions", page.items.map { node($0, request) })])
    }

    private static func items(_ request: Request) throws -> [Item] {
        let catalog = request.context.catalog
        let engine = try request.string("Engine")
        if let engine, catalog.traits(of: engine) == nil, !EngineChoice.knownToAWS.contains(engine) {
            throw Fault.invalidParameterValue("Unrecognized engine name: \(request.quoted(engine))")
        }
        let version = try request.string("EngineVersion")
        let family = try request.string("DBParameterGroupFamily")
        let defaultOnly = try request.boolean("DefaultOnly") ?? false
        return catalog.engines.filter { engine == nil || $0.name == engine }.flatMap { traits in
            let installed = catalog.versions(of: traits.name)
            let wanted = installed.filter { candidate in
                (version.map { EngineChoice.isVersion($0) && EngineChoice.isPrefix($0, of: candidate.version) } ?? true)
                    && (family == nil || candidate.family == family)
            }
            return (defaultOnly ? wanted.suffix(1) : wanted[...]).map { Item(traits: traits, version: $0, installed: installed) }
        }
    }

    private static func matches(_ filter: RDSFilter, _ item: Item) -> Bool {
        switch filter.name {
        case "db-parameter-group-family": filter.values.contains(item.version.family)
        case "engine": filter.values.contains(item.traits.name)
        case "engine-version": filter.values.contains(item.version.version)
        case "engine-mode": filter.values.contains("provisioned")
        default: filter.values.contains("available")
        }
    }

    private static func node(_ item: Item, _ request: Request) -> XMLNode {
        let version = item.version.version
        let full = describe(item.traits, version)
        return .element(
            "DBEngineVersion",
            [
                .text("Engine", item.traits.name), .text("MajorEngineVersion", item.version.major),
                .text("EngineVersion", version), .text("DBParameterGroupFamily", item.version.family),
                .text("DBEngineDescription", item.traits.servedAs), .text("DBEngineVersionDescription", full),
                .element("ValidUpgradeTarget", upgrades(item).map { target($0, item.traits) }),
                .list("ExportableLogTypes", of: "member", item.traits.logTypes),
                .text("SupportsLogExportsToCloudwatchLogs", false),
                .text("SupportsReadReplica", false), .element("SupportedFeatureNames", []), .text("Status", "available"),
                .text("SupportsParallelQuery", false), .text("SupportsGlobalDatabases", false), .element("TagList", []),
                .text("SupportsBabelfish", false), .text("SupportsLimitlessDatabase", false),
                .text("SupportsCertificateRotationWithoutRestart", true),
                .list(
                    "SupportedCACertificateIdentifiers", of: "member",
                    request.context.certificates.authorities.map(\.identifier)), .text("SupportsLocalWriteForwarding", false),
                .text("SupportsIntegrations", false),
            ])
    }

    /// `PostgreSQL 15.18`, `MariaDB 10.11.19 in place of MySQL`
    private static func describe(_ traits: EngineTraits, _ version: String) -> String {
        traits.substitute.map { "\($0.product) \(version) in place of \(traits.description)" }
            ?? "\(traits.description) \(version)"
    }

    /// What ModifyDBInstance accepts: later versions of the same major.
    private static func upgrades(_ item: Item) -> [EngineVersion] {
        item.installed.filter { $0 > item.version && $0.major == item.version.major }
    }

    private static func target(_ version: EngineVersion, _ traits: EngineTraits) -> XMLNode {
        .element(
            "UpgradeTarget",
            [
                .text("Engine", traits.name), .text("EngineVersion", version.version),
                .text("Description", describe(traits, version.version)), .text("AutoUpgrade", false),
                .text("IsMajorVersionUpgrade", false),
            ])
    }
}
