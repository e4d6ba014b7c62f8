internal import AWSWire
internal import Resources

enum RevokeSecurityGroupEgress: Operation {
    static let action = "RevokeSecurityGroupEgress"
    static let note = ParameterRule.egressNote
    static let parameters: [ParameterRule] =
        [.works("GroupId"), .recordedEgress, .works("SecurityGroupRuleId"), .dryRun] + ParameterRule.noFlatEgress

    static func run(_ request: Request) async throws -> Answer { try await RuleRevocation.run(request, .egress) }
}
