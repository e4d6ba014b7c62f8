internal import AWSWire
internal import Resources

/// The quotas that are enforced here, and how much of them is used.
enum DescribeAccountAttributes: Operation {
    static let action = "DescribeAccountAttributes"
    static let note = "Lists the quotas that Martlet enforces, not all of AWS's."
    static let parameters: [ParameterRule] = []

    static func run(_ request: Request) async throws -> Answer {
        let store = request.context.store
        let instances = store.list(DBInstance.self, region: request.region)
        let groups = store.list(DBSubnetGroup.self, region: request.region)
        let parameterGroups = store.list(DBParameterGroup.self, region: request.region)
        let optionGroups = store.list(DBOptionGroup.self, region: request.region)
        return .xml([
            .element(
                "AccountQuotas",
                [
                    quota("DBInstances", used: instances.count, max: request.context.instanceQuota),
                    quota("DBParameterGroups", used: parameterGroups.count, max: ParameterGroupRules.quota),
                    quota("DBSubnetGroups", used: groups.count, max: SubnetGroupRules.groupQuota),
                    quota("OptionGroups", used: optionGroups.count, max: OptionGroupRules.quota),
                    quota(
                        "SubnetsPerDBSubnetGroup", used: groups.map(\.subnetIDs.count).max() ?? 0,
                        max: SubnetGroupRules.subnetQuota),
                ])
        ])
    }

    private static func quota(_ name: String, used: Int, max: Int) -> XMLNode {
        .element("AccountQuota", [.text("AccountQuotaName", name), .text("Used", used), .text("Max", max)])
    }
}
