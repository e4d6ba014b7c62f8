internal import AWSWire
internal import Resources

/// Takes rules back. Connections that only they admitted are closed.
enum RevokeSecurityGroupIngress: Operation {
    static let action = "RevokeSecurityGroupIngress"
    static let note = "Connections that no other rule admits are closed within a second."
    static let parameters: [ParameterRule] =
        [.works("GroupId"), .works("GroupName"), .ipPermissions, .works("SecurityGroupRuleId"), .dryRun]
        + ParameterRule.flatIngress

    static func run(_ request: Request) async throws -> Answer { try await RuleRevocation.run(request, .ingress) }
}
