/// A security group of EC2: who may connect to the instances that have it.
///
/// The default group of a region is stored from its first change on; until then it is derived (`DefaultSecurityGroup`).
public struct SecurityGroup: Document {
    public static let kind = "SecurityGroup"

    public var region: String
    /// `sg-` and 17 hexadecimal digits.
    public var groupID: String
    /// As it was given. Unique in its VPC whatever the case, and each region has one VPC.
    public var groupName: String
    public var description: String
    public var vpcID: String
    /// In the order in which they were added.
    public var rules: [SecurityGroupRule]
    public var tags: [Tag]

    public var id: String { groupID }
    public var name: String { groupName.lowercased() }

    public init(
        region: String, groupID: String, groupName: String, description: String, vpcID: String, rules: [SecurityGroupRule],
        tags: [Tag]
    ) {
        self.region = region
        self.groupID = groupID
        self.groupName = groupName
        self.description = description
        self.vpcID = vpcID
        self.rules = rules
        self.tags = tags
    }

    public func rules(_ direction: SecurityGroupRule.Direction) -> [SecurityGroupRule] {
        rules.filter { $0.direction == direction }
    }

    /// True when a rule of it names that group.
    public func refers(to group: String) -> Bool { rules.contains { $0.terms.peer == .group(group) } }
}
