internal import AWSWire
internal import Resources

enum ModifyDBSubnetGroup: Operation {
    static let action = "ModifyDBSubnetGroup"
    static let parameters: [ParameterRule] = [
        .works("DBSubnetGroupName"), .works("DBSubnetGroupDescription"),
        .works("SubnetIds", "The zones of instances in the group must stay covered."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let name = try SubnetGroupRules.name(request.required("DBSubnetGroupName"))
        let description = try request.string("DBSubnetGroupDescription").map { try SubnetGroupRules.description($0) }
        let subnets = try request.subnetIDs()
        let changed = try await request.context.store.write { transaction in
            _ = try transaction.subnetGroup(named: name, request.network)
            try checkZonesInUse(name, subnets, transaction, request)
            return try transaction.update(DBSubnetGroup.self, region: request.region, id: name) { group in
                group.subnetIDs = subnets
                group.description = description ?? group.description
            }
        }
        return request.answer(changed)
    }

    private static func checkZonesInUse(
        _ name: String, _ subnets: [String], _ transaction: StoreTransaction, _ request: Request
    ) throws {
        let zones = Set(subnets.compactMap { request.network.subnet($0)?.zone })
        let users = transaction.list(DBInstance.self, region: request.region).filter { $0.spec.subnetGroup == name }
        for instance in users where !zones.contains(instance.spec.availabilityZone) {
            throw Fault(
                "SubnetAlreadyInUse",
                "The subnet in \(instance.spec.availabilityZone) is in use by the DB instance \(instance.identifier).")
        }
    }
}
