internal import AWSWire
internal import Resources

/// `<Parameter>` of DescribeDBParameters and DescribeEngineDefaultParameters.
struct ParameterXML {
    /// `Source`
    enum Source: String, CaseIterable {
        case user, system
        case engineDefault = "engine-default"
    }

    let definition: ParameterDefinition
    /// What the group's owner has set.
    let setting: DBParameterGroup.Setting?

    var source: Source {
        if setting != nil { return .user }
        return definition.systemValue == nil ? .engineDefault : .system
    }

    /// RDS gives no value where the server has its own default.
    func node() -> XMLNode {
        var children: [XMLNode] = [.text("ParameterName", definition.name)]
        if let value = setting?.value ?? definition.systemValue { children.append(.text("ParameterValue", value)) }
        children += [
            .text("Description", description), .text("Source", source.rawValue),
            .text("ApplyType", definition.isDynamic ? "dynamic" : "static"), .text("DataType", definition.dataType.rawValue),
        ]
        if let allowed = definition.allowedValues { children.append(.text("AllowedValues", allowed)) }
        return .element(
            "Parameter",
            children + [
                .text("IsModifiable", definition.isModifiable),
                .text("ApplyMethod", (setting?.method ?? .pendingReboot).rawValue),
            ])
    }

    /// RDS puts the unit first: `(8kB) Sets the number of shared memory buffers used by the server.`
    private var description: String {
        definition.unit.map { "(\($0)) \(definition.description)" } ?? definition.description
    }
}

extension ParameterDefinition {
    /// `AllowedValues` as RDS writes it: `0,1`, `16-1073741823`, `on,off,remote_write`. Nil for any text.
    var allowedValues: String? {
        switch dataType {
        case .boolean: return "0,1"
        case .integer, .float:
            guard let minimum, let maximum else { return nil }
            return "\(minimum)-\(maximum)"
        case .string, .list: return options.isEmpty ? nil : options.joined(separator: ",")
        }
    }
}
