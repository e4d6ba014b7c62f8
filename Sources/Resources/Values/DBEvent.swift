public import Foundation

/// What `DescribeEvents` reports. Kept for 14 days, as on RDS.
public struct DBEvent: Codable, Sendable, Equatable {
    public enum SourceType: String, Codable, Sendable {
        case dbInstance = "db-instance"
        case dbParameterGroup = "db-parameter-group"
        case dbSubnetGroup = "db-subnet-group"
    }

    public enum Category: String, Codable, Sendable, CaseIterable {
        case availability, backup, creation, deletion, failover, failure, maintenance, notification, recovery
        case restoration, security
        case configurationChange = "configuration change"
        case lowStorage = "low storage"
        case readReplica = "read replica"
    }

    public var region: String
    public var sourceType: SourceType
    /// The identifier that the source had when it happened.
    public var sourceIdentifier: String
    public var sourceARN: String
    public var message: String
    public var categories: [Category]
    public var date: Date

    public init(
        region: String, sourceType: SourceType, sourceIdentifier: String, sourceARN: String, message: String,
        categories: [Category], date: Date
    ) {
        self.region = region
        self.sourceType = sourceType
        self.sourceIdentifier = sourceIdentifier
        self.sourceARN = sourceARN
        self.message = message
        self.categories = categories
        self.date = date
    }
}
