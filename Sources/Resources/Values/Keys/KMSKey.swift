public import Foundation

/// A symmetric KMS key. Its material is never stored but wrapped by the installation's root key.
public struct KMSKey: Document {
    public static let kind = "KMSKey"

    /// One generation of key material. What an old one has encrypted, it decrypts for as long as the key lives.
    public struct Version: Codable, Sendable, Equatable {
        public enum Cause: String, Codable, Sendable { case creation, automatic, onDemand }

        /// Grows by one with each rotation, from 1; ciphertexts name it.
        public var number: Int
        /// `KeyMaterialId`: 64 hexadecimal digits, the name of the material.
        public var materialID: String
        /// Which root key wraps it.
        public var rootID: String
        /// The material, encrypted by the root key.
        public var wrapped: Data
        public var createdAt: Date
        public var cause: Cause

        public init(number: Int, materialID: String, rootID: String, wrapped: Data, createdAt: Date, cause: Cause) {
            self.number = number
            self.materialID = materialID
            self.rootID = rootID
            self.wrapped = wrapped
            self.createdAt = createdAt
            self.cause = cause
        }
    }

    public enum Manager: String, Codable, Sendable { case aws = "AWS", customer = "CUSTOMER" }

    public enum State: Codable, Sendable, Equatable {
        case enabled
        case disabled
        case pendingDeletion(at: Date, windowDays: Int)

        /// `KeyState`
        public var name: String {
            switch self {
            case .enabled: "Enabled"
            case .disabled: "Disabled"
            case .pendingDeletion: "PendingDeletion"
            }
        }
    }

    /// Automatic rotation: a new version every so many days.
    public struct Rotation: Codable, Sendable, Equatable {
        public static let standardDays = 365
        public static let dayRange = 90...2560

        public var periodDays: Int
        public var nextAt: Date

        public init(periodDays: Int, nextAt: Date) {
            self.periodDays = periodDays
            self.nextAt = nextAt
        }

        /// The next one is due when a period has passed.
        public init(periodDays: Int = KMSKey.Rotation.standardDays, from now: Date) {
            self.init(periodDays: periodDays, nextAt: now.addingTimeInterval(Double(periodDays) * 86_400))
        }
    }

    public var region: String
    /// A UUID, lower-case.
    public let id: String
    public var manager: Manager
    public var description: String
    public var state: State
    public var createdAt: Date
    /// Never empty; the last one encrypts.
    public var versions: [Version]
    /// The key policy's text, as it was given.
    public var policy: String
    public var tags: [Tag]
    /// Nil while it is off.
    public var rotation: Rotation?

    public var name: String { id }

    public init(
        region: String, id: String, manager: Manager, description: String, createdAt: Date, versions: [Version], policy: String,
        tags: [Tag], rotation: Rotation? = nil
    ) {
        self.region = region
        self.id = id
        self.manager = manager
        self.description = description
        self.state = .enabled
        self.createdAt = createdAt
        self.versions = versions
        self.policy = policy
        self.tags = tags
        self.rotation = rotation
    }

    public func arn(account: String) -> String {
        ARN(service: "kms", region: region, account: account, resource: "key/\(id)").description
    }
}
