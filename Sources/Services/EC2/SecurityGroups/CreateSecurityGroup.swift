internal import AWSWire
internal import Resources

/// A new group: nobody may come in, everything may go out.
enum CreateSecurityGroup: Operation {
    static let action = "CreateSecurityGroup"
    static let parameters: [ParameterRule] = [
        .works("GroupName", "Unique whatever the case."), .works("GroupDescription"), .works("VpcId", "The default VPC."),
        .works("TagSpecification"), .dryRun,
    ]

    /// Groups of a region (Amazon VPC quotas).
    static let limit = 2_500

    static func run(_ request: Request) async throws -> Answer {
        let network = request.network
        let group = SecurityGroup(
            region: request.region, groupID: "sg-" + request.context.random.hexadecimal(17), groupName: try name(request),
            description: try GroupText.check(request.required("GroupDescription"), "GroupDescription"), vpcID: network.vpcID,
            rules: [everythingOut(request)], tags: try EC2Tags.specified(request, for: "security-group"))
        if let vpc = try request.string("VpcId"), vpc != network.vpcID { throw DescribeVpcs.notFound(vpc) }
        try await request.context.store.write { transaction in
            let groups = transaction.securityGroups(network)
            guard !groups.contains(where: { $0.name == group.name }) else {
                throw EC2Fault.groupDuplicate(group.groupName, network.vpcID)
            }
            guard groups.count < limit else { throw EC2Fault.groupLimit(limit) }
            try transaction.insert(group)
        }
        return .xml([
            .text("groupId", group.groupID), SecurityGroupXML.tags(group.tags),
            .text("securityGroupArn", SecurityGroupXML(request).arn(group)),
        ])
    }

    private static func name(_ request: Request) throws -> String {
        let name = try GroupText.check(request.required("GroupName"), "GroupName")
        guard !name.lowercased().hasPrefix("sg-") else {
            throw Fault.invalidParameterValue(
                "Value (\(name.prefix(64))) for parameter GroupName is invalid. Group names may not be in the format sg-*.")
        }
        guard name.lowercased() != DefaultVPC.securityGroupName else {
            throw Fault.invalidParameterValue("Cannot use reserved security group name: \(name)")
        }
        return name
    }

    private static func everythingOut(_ request: Request) -> SecurityGroupRule {
        SecurityGroupRule(
            id: "sgr-" + request.context.random.hexadecimal(17), direction: .egress,
            terms: .init(ipProtocol: "-1", fromPort: -1, toPort: -1, peer: .ipv4("0.0.0.0/0")))
    }
}
