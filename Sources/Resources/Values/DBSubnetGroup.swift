/// A DB subnet group. The group `default` of a region exists without being stored: see `DefaultVPC`.
public struct DBSubnetGroup: Document {
    public static let kind = "DBSubnetGroup"

    public var region: String
    /// Lower-case; also its identity.
    public var name: String
    public var description: String
    public var vpcID: String
    public var subnetIDs: [String]
    public var tags: [Tag]

    public var id: String { name }

    public init(region: String, name: String, description: String, vpcID: String, subnetIDs: [String], tags: [Tag]) {
        self.region = region
        self.name = name
        self.description = description
        self.vpcID = vpcID
        self.subnetIDs = subnetIDs
        self.tags = tags
    }
}
