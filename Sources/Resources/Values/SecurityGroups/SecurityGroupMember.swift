/// An address that was registered as a member of a security group: a program outside, for rules that name the group.
/// Instances are members of their groups without being registered.
public struct SecurityGroupMember: Document {
    public static let kind = "SecurityGroupMember"
    /// Addresses that can be registered for one group.
    public static let limit = 200

    public var region: String
    public var groupID: String
    /// As `IPAddress` writes it.
    public var address: String

    public var id: String { "\(groupID)/\(address)" }
    public var name: String { id }

    public init(region: String, groupID: String, address: String) {
        self.region = region
        self.groupID = groupID
        self.address = address
    }
}
