internal import AWSWire
internal import Resources

enum CreateDBSubnetGroup: Operation {
    static let action = "CreateDBSubnetGroup"
    static let parameters: [ParameterRule] = [
        .works("DBSubnetGroupName"), .works("DBSubnetGroupDescription"),
        .works("SubnetIds", "Subnets of the default VPC, in two zones at least."), .works("Tags"),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let group = DBSubnetGroup(
            region: request.region, name: try SubnetGroupRules.name(request.required("DBSubnetGroupName")),
            description: try SubnetGroupRules.description(request.required("DBSubnetGroupDescription")),
            vpcID: request.network.vpcID, subnetIDs: try request.subnetIDs(), tags: try TagRules.tags(request))
        try await request.context.store.write { transaction in
            guard transaction.find(DBSubnetGroup.self, region: group.region, name: group.name) == nil else {
                throw RDSFault.subnetGroupAlreadyExists(group.name)
            }
            guard transaction.list(DBSubnetGroup.self, region: group.region).count < SubnetGroupRules.groupQuota else {
                throw RDSFault.subnetGroupQuotaExceeded(SubnetGroupRules.groupQuota)
            }
            try transaction.insert(group)
        }
        return request.answer(group)
    }
}
