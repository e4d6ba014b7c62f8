internal import AWSWire
internal import Resources

enum DeleteOptionGroup: Operation {
    static let action = "DeleteOptionGroup"
    static let parameters: [ParameterRule] = [.works("OptionGroupName", "No instance may be a member of it.")]

    static func run(_ request: Request) async throws -> Answer {
        let group = try request.changeableOptionGroup("deleted")
        try await request.context.store.write { transaction in
            _ = try transaction.optionGroup(named: group.name, region: request.region)
            let members = transaction.list(DBInstance.self, region: request.region)
                .filter { $0.spec.optionGroup == group.name || $0.pending.optionGroup == group.name }
            guard members.isEmpty else {
                throw RDSFault.invalidOptionGroupState(
                    "The option group '\(group.name)' cannot be deleted because it is in use by "
                        + "\(members.map(\.identifier).joined(separator: ", ")).")
            }
            try transaction.delete(DBOptionGroup.self, region: request.region, id: group.id)
        }
        return .xml([])
    }
}
