public import Foundation

/// A Secrets Manager secret.
public struct Secret: Document {
    public static let kind = "Secret"

    public struct Version: Codable, Sendable, Equatable {
        public var id: String
        public var stages: [String]
        public var secretString: String
        public var createdAt: Date

        public init(id: String, stages: [String], secretString: String, createdAt: Date) {
            self.id = id
            self.stages = stages
            self.secretString = secretString
            self.createdAt = createdAt
        }
    }

    public var region: String
    public var arn: String
    public var name: String
    public var description: String
    /// `rds` for a secret that RDS manages.
    public var owningService: String?
    public var createdAt: Date
    public var lastChangedAt: Date
    public var lastAccessedAt: Date?
    public var versions: [Version]
    public var tags: [Tag]
    /// When its value was last rotated; nil for never.
    public var lastRotatedAt: Date?
    /// Its own schedule (`RotateSecret`, `CancelRotateSecret`); nil for that of the installation.
    public var rotation: Rotation?

    public var id: String { arn }
    public var current: Version? { versions.first { $0.stages.contains("AWSCURRENT") } }

    public init(
        region: String, arn: String, name: String, description: String, owningService: String?, createdAt: Date,
        versions: [Version], tags: [Tag]
    ) {
        self.region = region
        self.arn = arn
        self.name = name
        self.description = description
        self.owningService = owningService
        self.createdAt = createdAt
        self.lastChangedAt = createdAt
        self.lastAccessedAt = nil
        self.versions = versions
        self.tags = tags
    }
}
