internal import AWSWire
internal import Resources

enum DeleteDBParameterGroup: Operation {
    static let action = "DeleteDBParameterGroup"
    static let parameters: [ParameterRule] = [.works("DBParameterGroupName", "No instance may be a member of it.")]

    static func run(_ request: Request) async throws -> Answer {
        let group = try request.parameterGroup(request.required("DBParameterGroupName"))
        guard !DefaultGroups.isDefaultParameterGroup(group.name) else {
            throw RDSFault.invalidParameterGroupState("Default parameter group cannot be deleted: \(group.name)")
        }
        try await request.context.store.write { transaction in
            let current = try transaction.parameterGroup(named: group.name, region: request.region)
            guard transaction.instances(of: current).isEmpty else {
                throw RDSFault.invalidParameterGroupState(
                    "One or more database instances are still members of this parameter group \(current.name), "
                        + "so the group cannot be deleted")
            }
            try transaction.delete(DBParameterGroup.self, region: request.region, id: current.id)
        }
        return .xml([])
    }
}
