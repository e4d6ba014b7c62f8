/// The secret of a master user, as RDS keeps it in Secrets Manager.
extension Secret {
    /// The tag that names the instance it belongs to.
    public static let instanceTagKey = "aws:rds:primaryDBInstanceArn"

    /// Follows a rename of the instance: the tag and the description name it.
    public mutating func followRename(from former: String, to identifier: String, account: String) {
        let old = ARN.dbInstance(former, region: region, account: account).description
        let new = ARN.dbInstance(identifier, region: region, account: account).description
        tags = tags.map { $0.key == Self.instanceTagKey ? Tag(key: Self.instanceTagKey, value: new) : $0 }
        description = description.replacing(old, with: new)
    }
}
