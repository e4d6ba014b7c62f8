public import Foundation

/// A Secrets Manager secret.
public struct Secret: Document {
    public static let kind = "Secret"

    /// A value at rest: encrypted by a data key of its own, which a KMS key has encrypted.
    public struct Sealed: Codable, Sendable, Equatable {
        /// The KMS key, by its id.
        public var keyID: String
        /// The data key, as a KMS ciphertext.
        public var dataKey: Data
        /// Nonce, ciphertext and tag of AES-256-GCM.
        public var body: Data
        /// `SecretBinary`, not `SecretString`.
        public var isBinary: Bool

        public init(keyID: String, dataKey: Data, body: Data, isBinary: Bool) {
            self.keyID = keyID
            self.dataKey = dataKey
            self.body = body
            self.isBinary = isBinary
        }
    }

    public struct Version: Codable, Sendable, Equatable {
        public var id: String
        public var stages: [String]
        /// Nil only for a value that a former Martlet stored in plain text, until it is sealed at start.
        public var sealed: Sealed?
        /// What a former Martlet stored; nil for everything since.
        public var secretString: String?
        public var createdAt: Date
        /// A day without a time.
        public var lastAccessedAt: Date?

        public init(id: String, stages: [String], sealed: Sealed, createdAt: Date) {
            self.id = id
            self.stages = stages
            self.sealed = sealed
            self.createdAt = createdAt
        }
    }

    public var region: String
    public var arn: String
    public var name: String
    public var description: String
    /// `rds` for a secret that RDS manages.
    public var owningService: String?
    /// The KMS key as its owner named it: an id, an ARN or an alias; nil for `alias/aws/secretsmanager`.
    public var kmsKeyID: String?
    public var createdAt: Date
    public var lastChangedAt: Date
    public var lastAccessedAt: Date?
    /// When it goes for good; nil unless it was deleted.
    public var deletionAt: Date?
    public var versions: [Version]
    public var tags: [Tag]
    /// `PutResourcePolicy`, as it was given.
    public var resourcePolicy: String?
    /// When its value was last rotated; nil for never.
    public var lastRotatedAt: Date?
    /// Its own schedule (`RotateSecret`, `CancelRotateSecret`); nil for that of the installation.
    public var rotation: Rotation?

    public var id: String { arn }
    public var current: Version? { version(staged: Self.currentStage) }

    public init(
        region: String, arn: String, name: String, description: String, owningService: String?, kmsKeyID: String?,
        createdAt: Date, versions: [Version], tags: [Tag]
    ) {
        self.region = region
        self.arn = arn
        self.name = name
        self.description = description
        self.owningService = owningService
        self.kmsKeyID = kmsKeyID
        self.createdAt = createdAt
        self.lastChangedAt = createdAt
        self.lastAccessedAt = nil
        self.versions = versions
        self.tags = tags
    }
}
