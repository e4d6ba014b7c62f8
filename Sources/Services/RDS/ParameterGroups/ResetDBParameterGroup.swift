internal import AWSWire
internal import Resources

/// Takes values of a group back: all of them, or those that are named.
enum ResetDBParameterGroup: Operation {
    static let action = "ResetDBParameterGroup"
    static let parameters: [ParameterRule] = [
        .works("DBParameterGroupName"), .works("ResetAllParameters", "Dynamic ones at once, static ones with the next reboot."),
        .works("Parameters", "Up to 20, by ParameterName and ApplyMethod."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let group = try request.changeableParameterGroup()
        let catalogue = try await request.parameters(of: request.parameterFamily(group.family))
        let named = try ParameterChange.all(request, catalogue, resets: true)
        // "By default, all parameters in the DB parameter group are reset" (botocore).
        let resetsAll = try request.boolean("ResetAllParameters") ?? named.isEmpty
        guard !(resetsAll && !named.isEmpty) else {
            throw Fault.invalidParameterCombination("ResetAllParameters and Parameters can not be given together.")
        }
        guard resetsAll || !named.isEmpty else { throw request.missing("Parameters") }
        try await request.context.store.write { transaction in
            let current = try transaction.parameterGroup(named: group.name, region: request.region)
            try transaction.apply(resetsAll ? all(current, catalogue) : named, to: group.name, request)
        }
        return .xml([.text("DBParameterGroupName", group.name)])
    }

    private static func all(_ group: DBParameterGroup, _ catalogue: ParameterCatalogue) -> [ParameterChange] {
        group.settings.keys.sorted().map { name in
            // One that the server does not know any more is taken away with the next reboot.
            let definition =
                catalogue[name]
                ?? ParameterDefinition(name: name, description: "", dataType: .string, isDynamic: false, isModifiable: true)
            return ParameterChange(
                definition: definition, value: nil, method: definition.isDynamic ? .immediate : .pendingReboot)
        }
    }
}
