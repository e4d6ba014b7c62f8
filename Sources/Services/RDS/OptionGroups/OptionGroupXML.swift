internal import AWSWire
internal import Resources

/// `<OptionGroup>`
struct OptionGroupXML {
    var group: DBOptionGroup
    var request: Request

    func children() -> [XMLNode] {
        [
            .text("OptionGroupName", group.name), .text("OptionGroupDescription", group.description),
            .text("EngineName", group.engine), .text("MajorEngineVersion", group.majorVersion),
            .element("Options", group.options.map(option)), .text("AllowsVpcAndNonVpcInstanceMemberships", true),
            .text(
                "OptionGroupArn",
                ARN.optionGroup(group.name, region: group.region, account: request.context.account).description),
        ]
    }

    private func option(_ option: DBOptionGroup.Option) -> XMLNode {
        let definition = request.optionDefinitions(of: group.engine).first { $0.name == option.name }
        return .element(
            "Option",
            [
                .text("OptionName", option.name), .text("OptionDescription", definition?.description ?? ""),
                .text("Persistent", false), .text("Permanent", false),
                .element("OptionSettings", (definition?.settings ?? []).map { setting($0, option.settings[$0.name]) }),
                .element("DBSecurityGroupMemberships", []), .element("VpcSecurityGroupMemberships", []),
            ])
    }

    private func setting(_ setting: OptionDefinition.Setting, _ value: String?) -> XMLNode {
        var children: [XMLNode] = [.text("Name", setting.name)]
        if let shown = value ?? setting.defaultValue { children.append(.text("Value", shown)) }
        if let standard = setting.defaultValue { children.append(.text("DefaultValue", standard)) }
        children += [
            .text("Description", setting.description), .text("ApplyType", setting.isModifiable ? "DYNAMIC" : "STATIC"),
            .text("DataType", setting.dataType),
        ]
        if let allowed = setting.allowedValues { children.append(.text("AllowedValues", allowed)) }
        return .element(
            "OptionSetting",
            children + [.text("IsModifiable", setting.isModifiable), .text("IsCollection", setting.isCollection)])
    }
}

extension OptionDefinition.Setting {
    /// As RDS writes it: `0-100`, `ON,OFF`. Nil for names.
    var allowedValues: String? {
        switch allowed {
        case .integer(let range): "\(range.lowerBound)-\(range.upperBound)"
        case .list(let words), .one(let words): words.joined(separator: ",")
        case .names: nil
        }
    }

    var dataType: String { if case .integer = allowed { "INTEGER" } else { "STRING" } }

    var isCollection: Bool {
        switch allowed {
        case .list, .names: true
        case .integer, .one: false
        }
    }

    /// - Throws: `Fault` that names the setting.
    func check(_ value: String) throws {
        let words = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isRight =
            switch allowed {
            case .integer(let range): Int(value).map(range.contains) ?? false
            case .one(let choices): choices.contains(value)
            case .list(let choices): words.allSatisfy(choices.contains)
            case .names: value.isEmpty || words.allSatisfy(Self.isName)
            }
        guard isRight, isModifiable || value == defaultValue else {
            let allowed = isModifiable ? allowedValues : defaultValue
            throw Fault.invalidParameterValue(
                "Invalid value \(value.prefix(80)) for the option setting \(name)."
                    + (allowed.map { " Allowed values are: \($0)" } ?? " It must be names, separated by commas."))
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...80).contains(text.count) && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "_-.$@".utf8.contains($0) }
    }
}
