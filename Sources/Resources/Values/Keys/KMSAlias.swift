public import Foundation

/// A name for a KMS key: `alias/…`. It may be given to another key.
public struct KMSAlias: Document {
    public static let kind = "KMSAlias"
    public static let prefix = "alias/"

    public var region: String
    /// With the prefix.
    public let name: String
    public var targetKeyID: String
    public var createdAt: Date
    public var updatedAt: Date

    public var id: String { name }

    public init(region: String, name: String, targetKeyID: String, createdAt: Date) {
        self.region = region
        self.name = name
        self.targetKeyID = targetKeyID
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    public func arn(account: String) -> String {
        ARN(service: "kms", region: region, account: account, resource: name).description
    }
}
