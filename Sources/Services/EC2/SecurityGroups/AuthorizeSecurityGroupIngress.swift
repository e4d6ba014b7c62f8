internal import AWSWire
internal import Resources

/// Admits addresses or members of groups. In force for new connections at once.
enum AuthorizeSecurityGroupIngress: Operation {
    static let action = "AuthorizeSecurityGroupIngress"
    static let note = "A rule for 0.0.0.0/0 or ::/0 is added, and every instance of the group gets an event with advice."
    static let parameters: [ParameterRule] =
        [.works("GroupId"), .works("GroupName"), .ipPermissions, .works("TagSpecification"), .dryRun] + ParameterRule.flatIngress

    static func run(_ request: Request) async throws -> Answer { try await RuleAuthorization.run(request, .ingress) }
}
