internal import AWSWire
internal import Resources

/// The options that have an effect here.
enum DescribeOptionGroupOptions: Operation {
    static let action = "DescribeOptionGroupOptions"
    static let parameters: [ParameterRule] =
        [.works("EngineName"), .works("MajorEngineVersion"), .noFilters] + ParameterRule.rdsPaging

    static func run(_ request: Request) async throws -> Answer {
        let limit = try Paging.limit(request)
        let engine = try EngineChoice.traits(request.required("EngineName"), request.context.catalog)
        let asked = try request.string("MajorEngineVersion")
        // The oldest installed version of each major one; the list is ordered.
        let installed = request.context.catalog.versions(of: engine.name)
        let oldest = Dictionary(installed.map { ($0.major, $0.version) }) { old, _ in old }
        let majors = oldest.filter { asked == nil || $0.key == asked }.sorted { $0.key < $1.key }
        let items = majors.flatMap { major in engine.options.map { (major, $0) } }
        let page = try Paging.page(items, after: request.string("Marker"), limit: limit)
        let nodes = page.items.map { node($0.1, engine: engine.name, major: $0.0.key, oldest: $0.0.value) }
        return .xml([.element("OptionGroupOptions", nodes)] + page.markerNodes())
    }

    private static func node(_ option: OptionDefinition, engine: String, major: String, oldest: String) -> XMLNode {
        .element(
            "OptionGroupOption",
            [
                .text("Name", option.name), .text("Description", option.description), .text("EngineName", engine),
                .text("MajorEngineVersion", major), .text("MinimumRequiredMinorEngineVersion", oldest),
                .text("PortRequired", false), .element("OptionsDependedOn", []),
                .element("OptionsConflictsWith", []), .text("Persistent", false), .text("Permanent", false),
                .text("RequiresAutoMinorEngineVersionUpgrade", false), .text("VpcOnly", false),
                .text("SupportsOptionVersionDowngrade", false),
                .element("OptionGroupOptionSettings", option.settings.map(setting)),
                .element("OptionGroupOptionVersions", []),
            ])
    }

    private static func setting(_ setting: OptionDefinition.Setting) -> XMLNode {
        var children: [XMLNode] = [.text("SettingName", setting.name), .text("SettingDescription", setting.description)]
        if let standard = setting.defaultValue { children.append(.text("DefaultValue", standard)) }
        children.append(.text("ApplyType", setting.isModifiable ? "DYNAMIC" : "STATIC"))
        if let allowed = setting.allowedValues { children.append(.text("AllowedValues", allowed)) }
        return .element(
            "OptionGroupOptionSetting",
            children + [
                .text("IsModifiable", setting.isModifiable), .text("IsRequired", false),
                .element("MinimumEngineVersionPerAllowedValue", []),
            ])
    }
}
