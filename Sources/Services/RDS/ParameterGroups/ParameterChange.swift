internal import AWSWire
internal import Resources

/// One element of `Parameters`, checked against what the server says of the parameter.
struct ParameterChange: Sendable, Equatable {
    var definition: ParameterDefinition
    /// Nil where the parameter goes back to its default.
    var value: String?
    var method: DBParameterGroup.ApplyMethod

    var name: String { definition.name }

    /// - Parameter resets: the elements name what to reset, and have no values.
    static func all(_ request: Request, _ catalogue: ParameterCatalogue, resets: Bool) throws -> [ParameterChange] {
        let elements = request.call.parameters["Parameters"]?.elements ?? []
        guard elements.count <= ParameterGroupRules.changeLimit else {
            throw Fault.invalidParameterValue(
                "A maximum of \(ParameterGroupRules.changeLimit) Parameters can be modified in a single request.")
        }
        let changes = try elements.map { try change($0, catalogue, resets: resets) }
        guard Set(changes.map(\.name)).count == changes.count else {
            throw Fault.invalidParameterValue("The parameter Parameters names the same ParameterName more than once.")
        }
        return changes
    }

    private static func change(_ element: Parameters, _ catalogue: ParameterCatalogue, resets: Bool) throws -> ParameterChange {
        guard let name = element["ParameterName"]?.text, !name.isEmpty else {
            throw Fault.invalidParameterValue("An element of Parameters has no ParameterName.")
        }
        guard let definition = catalogue[name.lowercased()] else {
            throw Fault.invalidParameterValue("Could not find parameter with name: \(name.prefix(128))")
        }
        guard definition.isModifiable else {
            throw Fault.invalidParameterValue("The parameter \(definition.name) cannot be modified.")
        }
        let method = try method(element, definition)
        if resets { return ParameterChange(definition: definition, value: nil, method: method) }
        guard let value = element["ParameterValue"]?.text else {
            throw Fault.invalidParameterValue(
                "The parameter \(definition.name) has no ParameterValue. ResetDBParameterGroup takes a value away.")
        }
        try ParameterValue.check(value, of: definition)
        return ParameterChange(definition: definition, value: value, method: method)
    }

    private static func method(_ element: Parameters, _ definition: ParameterDefinition) throws -> DBParameterGroup.ApplyMethod {
        let text = element["ApplyMethod"]?.text ?? ""
        guard let method = DBParameterGroup.ApplyMethod(rawValue: text.lowercased()) else {
            throw Fault.invalidParameterValue(
                "The ApplyMethod of \(definition.name) is not valid: '\(text.prefix(64))'. It must be immediate or "
                    + "pending-reboot."
            )
        }
        guard method == .pendingReboot || definition.isDynamic else {
            throw Fault.invalidParameterCombination(
                "cannot use immediate apply method for static parameter (\(definition.name)); use pending-reboot")
        }
        return method
    }
}

extension StoreTransaction {
    /// Writes changes into a group, and what applies immediately into the instances that run with it.
    mutating func apply(_ changes: [ParameterChange], to name: String, _ request: Request) throws {
        let group = try parameterGroup(named: name, region: request.region)
        try update(DBParameterGroup.self, region: group.region, id: group.id) { group in
            for change in changes {
                group.settings[change.name] = change.value.map { .init(value: $0, method: change.method) }
            }
        }
        let immediate = changes.filter { $0.method == .immediate }
        for instance in instances(of: group) where instance.appliedParameters.group == name && !immediate.isEmpty {
            try update(DBInstance.self, region: instance.region, id: instance.id) { instance in
                var applied = instance.appliedParameters
                for change in immediate { applied.values[change.name] = change.value }
                instance.parameters = applied
            }
        }
        for change in changes {
            let what = change.value.map { "Updated parameter \(change.name) to \($0)" } ?? "Reset parameter \(change.name)"
            try record(request.event(group, "\(what) with apply method \(change.method.rawValue)"))
        }
    }
}
