public import AWSWire

/// The part of Amazon EC2 that clients of RDS look at, API version 2016-11-15.
public struct EC2Service: ServiceHandler {
    static let table = OperationTable(
        service: .ec2, known: EC2Actions.all,
        operations: [
            AuthorizeSecurityGroupEgress.self, AuthorizeSecurityGroupIngress.self, CreateSecurityGroup.self, CreateTags.self,
            DeleteSecurityGroup.self, DeleteTags.self, DescribeAvailabilityZones.self, DescribeNetworkInterfaces.self,
            DescribeRegions.self, DescribeSecurityGroupRules.self, DescribeSecurityGroups.self, DescribeSubnets.self,
            DescribeTags.self, DescribeVpcAttribute.self, DescribeVpcs.self, ModifySecurityGroupRules.self,
            RevokeSecurityGroupEgress.self, RevokeSecurityGroupIngress.self, UpdateSecurityGroupRuleDescriptionsEgress.self,
            UpdateSecurityGroupRuleDescriptionsIngress.self,
        ])

    private let context: ServiceContext

    public init(_ context: ServiceContext) { self.context = context }

    public func handle(_ call: ServiceCall) async throws -> Answer {
        let operation = try Self.table.admit(call)
        let request = Request(call: call, context: context)
        do {
            if try request.boolean("DryRun") == true {
                throw Fault("DryRunOperation", status: 412, "Request would have succeeded, but DryRun flag is set.")
            }
            return try await operation.run(request)
        } catch is InvalidMarker {
            throw Fault("InvalidNextToken", "The token is not one that a former answer to \(call.action) carried.")
        }
    }
}
