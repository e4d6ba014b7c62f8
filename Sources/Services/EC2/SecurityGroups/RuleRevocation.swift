internal import AWSWire
internal import Resources

/// What RevokeSecurityGroupIngress and RevokeSecurityGroupEgress share.
///
/// Rules that are described by their properties and do not exist are reported, not refused: so it is in a default VPC. An id that
/// does not exist is refused, and then nothing is revoked.
enum RuleRevocation {
    static func run(_ request: Request, _ direction: SecurityGroupRule.Direction) async throws -> Answer {
        let ids = try request.strings("SecurityGroupRuleId") ?? []
        try ids.forEach(RuleLookup.checkForm)
        let drafts = try PermissionReader(request).drafts()
        if ids.isEmpty, drafts.isEmpty { throw request.missing("ipPermissions") }
        if !ids.isEmpty, !drafts.isEmpty {
            throw Fault.invalidParameterCombination("Rule ids and rule properties cannot be given together.")
        }
        let group = try groupID(request, ids)
        let (revoked, unknown) = try await request.context.store.write { transaction in
            var revoked: [SecurityGroupRule] = []
            var unknown: [PermissionReader.Draft] = []
            try transaction.changeSecurityGroup(group, request.network) { group in
                (revoked, unknown) = try revoke(ids, drafts, from: &group, direction)
            }
            return (revoked, unknown)
        }
        let xml = SecurityGroupXML(request)
        return .xml([
            .text("return", true), .element("unknownIpPermissionSet", xml.permissions(unknown)),
            .element("revokedSecurityGroupRuleSet", revoked.map { .element("item", xml.revoked($0, of: group)) }),
        ])
    }

    /// AWS finds the group by the rules where it is not named.
    private static func groupID(_ request: Request, _ ids: [String]) throws -> String {
        if let first = ids.first, try request.string("GroupId") == nil, try request.string("GroupName") == nil {
            guard let group = request.securityGroups.first(where: { $0.rules.contains { $0.id == first } }) else {
                throw EC2Fault.ruleNotFound(first)
            }
            return group.groupID
        }
        return try request.securityGroupID()
    }

    private static func revoke(
        _ ids: [String], _ drafts: [PermissionReader.Draft], from group: inout SecurityGroup,
        _ direction: SecurityGroupRule.Direction
    ) throws -> ([SecurityGroupRule], [PermissionReader.Draft]) {
        let present = group.rules(direction)
        for id in ids where !present.contains(where: { $0.id == id }) { throw EC2Fault.ruleNotFound(id) }
        let terms = Set(drafts.map(\.terms))
        let revoked = present.filter { ids.contains($0.id) || terms.contains($0.terms) }
        let gone = Set(revoked.map(\.id))
        group.rules.removeAll { gone.contains($0.id) }
        let known = Set(revoked.map(\.terms))
        return (revoked, drafts.filter { !known.contains($0.terms) })
    }
}
