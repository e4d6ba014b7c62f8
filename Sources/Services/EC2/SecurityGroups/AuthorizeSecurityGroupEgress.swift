internal import AWSWire
internal import Resources

enum AuthorizeSecurityGroupEgress: Operation {
    static let action = "AuthorizeSecurityGroupEgress"
    static let note = ParameterRule.egressNote
    static let parameters: [ParameterRule] =
        [.works("GroupId"), .recordedEgress, .works("TagSpecification"), .dryRun] + ParameterRule.noFlatEgress

    static func run(_ request: Request) async throws -> Answer { try await RuleAuthorization.run(request, .egress) }
}

extension ParameterRule {
    static let recordedEgress = recorded(
        "IpPermissions", "checked, stored and returned; what a server itself opens (postgres_fdw) is not held back")
}
