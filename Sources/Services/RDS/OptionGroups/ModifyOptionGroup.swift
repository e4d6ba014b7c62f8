internal import AWSWire
internal import Resources

/// Adds, changes and removes options of a group, in all of its instances at once.
enum ModifyOptionGroup: Operation {
    static let action = "ModifyOptionGroup"
    static let parameters: [ParameterRule] = [
        .works("OptionGroupName"), .works("OptionsToInclude", "Options that DescribeOptionGroupOptions lists."),
        .works("OptionsToRemove"),
        .refused(
            "ApplyImmediately", "options are applied at once, without a restart. Leave it out, or give true.", unless: ["true"]),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let group = try request.changeableOptionGroup("modified")
        let definitions = request.optionDefinitions(of: group.engine)
        let included = try (request.call.parameters["OptionsToInclude"]?.elements ?? [])
            .map { try OptionConfiguration.parse($0, definitions, group) }
        let removed = try request.strings("OptionsToRemove") ?? []
        guard !included.isEmpty || !removed.isEmpty else {
            throw Fault.invalidParameterCombination("At least one option must be added, modified, or removed.")
        }
        let changed = try await request.context.store.write { transaction in
            _ = try transaction.optionGroup(named: group.name, region: request.region)
            return try transaction.update(DBOptionGroup.self, region: group.region, id: group.id) { group in
                for name in removed {
                    guard group.options.contains(where: { $0.name == name }) else {
                        throw Fault.invalidParameterValue(
                            "The option \(name.prefix(64)) is not in the option group \(group.name).")
                    }
                    group.options.removeAll { $0.name == name }
                }
                for option in included { group.include(option) }
            }
        }
        return request.answer(changed)
    }
}

extension DBOptionGroup {
    /// Settings that are not named keep what they have.
    fileprivate mutating func include(_ option: Option) {
        if let index = options.firstIndex(where: { $0.name == option.name }) {
            options[index].settings.merge(option.settings) { $1 }
        } else {
            options.append(option)
        }
    }
}

/// An element of `OptionsToInclude`.
enum OptionConfiguration {
    static func parse(
        _ element: Parameters, _ definitions: [OptionDefinition], _ group: DBOptionGroup
    ) throws -> DBOptionGroup.Option {
        let name = element["OptionName"]?.text ?? ""
        guard let definition = definitions.first(where: { $0.name == name }) else {
            let offered = definitions.map(\.name).joined(separator: ", ")
            throw Fault.invalidParameterValue(
                "The option \(name.prefix(64)) is not available for \(group.engine) \(group.majorVersion) here. "
                    + (offered.isEmpty ? "There are no options for this engine." : "There is: \(offered)."))
        }
        for member in ["Port", "OptionVersion", "DBSecurityGroupMemberships", "VpcSecurityGroupMemberships"]
        where element[member].map({ !($0.text ?? "").isEmpty || !$0.elements.isEmpty }) ?? false {
            throw Fault.invalidParameterCombination("The option \(name) has no \(member). Leave it out.")
        }
        var settings: [String: String] = [:]
        for setting in element["OptionSettings"]?.elements ?? [] {
            let settingName = setting["Name"]?.text ?? ""
            guard let known = definition.settings.first(where: { $0.name == settingName }) else {
                throw Fault.invalidParameterValue("The option \(name) has no setting \(settingName.prefix(64)).")
            }
            let value = setting["Value"]?.text ?? ""
            try known.check(value)
            settings[known.name] = value
        }
        return DBOptionGroup.Option(name: name, settings: settings)
    }
}
