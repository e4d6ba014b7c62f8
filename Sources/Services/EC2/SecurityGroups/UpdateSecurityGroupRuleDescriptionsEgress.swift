internal import AWSWire
internal import Resources

enum UpdateSecurityGroupRuleDescriptionsEgress: Operation {
    static let action = "UpdateSecurityGroupRuleDescriptionsEgress"
    static let parameters = RuleDescriptions.parameters

    static func run(_ request: Request) async throws -> Answer { try await RuleDescriptions.run(request, .egress) }
}
