internal import AWSWire
internal import Resources

/// Deletes a group that nothing uses, and the addresses registered for it.
enum DeleteSecurityGroup: Operation {
    static let action = "DeleteSecurityGroup"
    static let parameters: [ParameterRule] = [.works("GroupId"), .works("GroupName"), .dryRun]

    static func run(_ request: Request) async throws -> Answer {
        let id = try request.securityGroupID()
        let network = request.network
        guard id != network.securityGroupID else { throw EC2Fault.groupCannotBeDeleted(id, DefaultVPC.securityGroupName) }
        try await request.context.store.write { transaction in
            guard transaction.get(SecurityGroup.self, region: request.region, id: id) != nil else {
                throw EC2Fault.groupNotFound(id)
            }
            if let user = transaction.instances(with: id, region: request.region).first {
                throw EC2Fault.dependency(id, "DB instance \(user.identifier) has the group")
            }
            if let other = transaction.securityGroups(network).first(where: { $0.groupID != id && $0.refers(to: id) }) {
                throw EC2Fault.dependency(id, "a rule of \(other.groupID) (\(other.groupName)) names it")
            }
            for member in transaction.list(SecurityGroupMember.self, region: request.region) where member.groupID == id {
                try transaction.delete(SecurityGroupMember.self, region: request.region, id: member.id)
            }
            try transaction.delete(SecurityGroup.self, region: request.region, id: id)
        }
        return .xml([.text("return", true), .text("groupId", id)])
    }
}
