internal import AWSWire
internal import Resources

enum DeleteDBSubnetGroup: Operation {
    static let action = "DeleteDBSubnetGroup"
    static let parameters: [ParameterRule] = [.works("DBSubnetGroupName")]

    static func run(_ request: Request) async throws -> Answer {
        let name = try request.required("DBSubnetGroupName").lowercased()
        guard name != DefaultVPC.subnetGroupName else {
            throw Fault("InvalidDBSubnetGroupStateFault", "The subnet group 'default' cannot be deleted.")
        }
        try await request.context.store.write { transaction in
            guard transaction.find(DBSubnetGroup.self, region: request.region, name: name) != nil else {
                throw RDSFault.subnetGroupNotFound(request.quoted(name))
            }
            let users = transaction.list(DBInstance.self, region: request.region)
            if let user = users.first(where: { $0.spec.subnetGroup == name }) {
                throw RDSFault.subnetGroupInUse(name, by: user.identifier)
            }
            try transaction.delete(DBSubnetGroup.self, region: request.region, id: name)
        }
        return .xml([])
    }
}
