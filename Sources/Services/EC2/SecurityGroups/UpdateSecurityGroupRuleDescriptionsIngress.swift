internal import AWSWire
internal import Resources

enum UpdateSecurityGroupRuleDescriptionsIngress: Operation {
    static let action = "UpdateSecurityGroupRuleDescriptionsIngress"
    static let parameters = RuleDescriptions.parameters

    static func run(_ request: Request) async throws -> Answer { try await RuleDescriptions.run(request, .ingress) }
}
