internal import AWSWire
internal import Resources

/// Changes parameters of a group: in its instances at once, or with their next reboot.
enum ModifyDBParameterGroup: Operation {
    static let action = "ModifyDBParameterGroup"
    static let parameters: [ParameterRule] = [
        .works("DBParameterGroupName"),
        .works("Parameters", "Up to 20; values and formulas are checked against what the server says of the parameter."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let group = try request.changeableParameterGroup()
        let catalogue = try await request.parameters(of: request.parameterFamily(group.family))
        let changes = try ParameterChange.all(request, catalogue, resets: false)
        guard !changes.isEmpty else { throw request.missing("Parameters") }
        try await request.context.store.write { transaction in
            try transaction.apply(changes, to: group.name, request)
        }
        return .xml([.text("DBParameterGroupName", group.name)])
    }
}

extension Request {
    /// The group that `DBParameterGroupName` names, unless it is a default one.
    func changeableParameterGroup() throws -> DBParameterGroup {
        let group = try parameterGroup(required("DBParameterGroupName"))
        guard !DefaultGroups.isDefaultParameterGroup(group.name) else {
            throw Fault.invalidParameterValue("Cannot modify a default parameter group.")
        }
        return group
    }
}
