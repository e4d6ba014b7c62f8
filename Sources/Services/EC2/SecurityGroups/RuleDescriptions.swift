internal import AWSWire
internal import Resources

/// What UpdateSecurityGroupRuleDescriptionsIngress and …Egress share: all descriptions are changed, or none.
enum RuleDescriptions {
    static func run(_ request: Request, _ direction: SecurityGroupRule.Direction) async throws -> Answer {
        let id = try request.securityGroupID()
        let byTerms = try PermissionReader(request).drafts()
        let byID = try descriptions(request)
        guard !byTerms.isEmpty || !byID.isEmpty else {
            throw Fault.missingParameter("Either 'ipPermissions' or 'securityGroupRuleDescriptions' should be provided.")
        }
        if !byTerms.isEmpty, !byID.isEmpty {
            throw Fault.invalidParameterCombination(
                "'ipPermissions' and 'securityGroupRuleDescriptions' cannot be provided together.")
        }
        _ = try await request.context.store.write { transaction in
            try transaction.changeSecurityGroup(id, request.network) { group in
                for draft in byTerms {
                    let index = group.rules.firstIndex { $0.direction == direction && $0.terms == draft.terms }
                    guard let index else { throw EC2Fault.permissionNotFound }
                    group.rules[index].description = draft.description
                }
                for (rule, description) in byID {
                    group.rules[try RuleLookup.index(rule, in: group, direction)].description = description
                }
            }
        }
        return .xml([.text("return", true)])
    }

    private static func descriptions(_ request: Request) throws -> [(String, String?)] {
        try (request.call.parameters["SecurityGroupRuleDescription"]?.elements ?? []).map { element in
            guard let id = element["SecurityGroupRuleId"]?.text, !id.isEmpty else { throw request.missing("SecurityGroupRuleId") }
            return (id, try RuleTerms.description(element["Description"]?.text))
        }
    }

    static let parameters: [ParameterRule] = [
        .works("GroupId"), .works("GroupName"), .works("IpPermissions"),
        .works("SecurityGroupRuleDescription", "A description that is left out is removed."), .dryRun,
    ]
}
