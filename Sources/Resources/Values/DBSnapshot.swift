public import Foundation

/// A DB snapshot: what an instance was, and the name of its files. It outlives the instance.
public struct DBSnapshot: Document {
    public static let kind = "DBSnapshot"

    public var region: String
    /// `snap-` and 26 upper-case letters or digits: the directory with its files is named after it.
    public var snapshotID: String
    /// `DBSnapshotIdentifier`, lower-case.
    public var identifier: String
    public var type: SnapshotType
    /// When it was asked for.
    public var requestedAt: Date
    /// `SnapshotCreateTime`: the moment that its data show; nil until they are there. A copy has its own.
    public var createdAt: Date?
    /// `OriginalSnapshotCreateTime`: of the first of a line of copies.
    public var originalCreatedAt: Date?
    /// The instance that it was taken of.
    public var instance: Subject
    /// `OptionGroupName`; nil for the default group.
    public var optionGroup: String?
    /// The ARN of the snapshot that it is a copy of.
    public var sourceARN: String?
    /// The identity of that snapshot, for as long as the copying lasts; nil otherwise.
    public var copiedFrom: String?
    /// Accounts that it is shared with, or `all`.
    public var sharedWith: [String]
    public var operation: Operation?
    /// How its files are encrypted; nil for not at all.
    public var encryption: Encryption?
    /// Why it cannot be used; nil while nothing is known against it.
    public var failure: String?
    public var tags: [Tag]

    public var id: String { snapshotID }
    public var name: String { identifier }

    public init(
        region: String, snapshotID: String, identifier: String, type: SnapshotType = .manual, requestedAt: Date,
        instance: Subject, optionGroup: String?, operation: Operation?, tags: [Tag]
    ) {
        self.region = region
        self.snapshotID = snapshotID
        self.identifier = identifier
        self.type = type
        self.requestedAt = requestedAt
        self.instance = instance
        self.optionGroup = optionGroup
        self.sharedWith = []
        self.operation = operation
        self.tags = tags
    }
}

extension DBSnapshot {
    public enum SnapshotType: String, Codable, Sendable { case manual, automated }

    /// What the instance was when the snapshot was asked for: all that a restoration takes over.
    public struct Subject: Codable, Sendable, Equatable {
        public var identifier: String
        /// `DbiResourceId`
        public var resourceID: String
        public var createdAt: Date?
        /// `engineVersion` is the snapshot's: `ModifyDBSnapshot` may raise it.
        public var spec: DBInstance.Spec
        /// Name, verifier and generation: the data hold the same. Never its secret.
        public var master: DBInstance.MasterUser
        public var vpcID: String?
        public var tags: [Tag]

        public init(_ instance: DBInstance, vpcID: String?) {
            identifier = instance.identifier
            resourceID = instance.resourceID
            createdAt = instance.createdAt
            spec = instance.spec
            master = instance.master
            master.secretARN = nil
            master.secretKeyARN = nil
            self.vpcID = vpcID
            tags = instance.tags
        }
    }

    /// The key that opens its files.
    public struct Encryption: Codable, Sendable, Equatable {
        /// The ARN of the KMS key.
        public var keyARN: String
        /// The snapshot's own key, encrypted by that one.
        public var dataKey: Data

        public init(keyARN: String, dataKey: Data) {
            self.keyARN = keyARN
            self.dataKey = dataKey
        }
    }

    /// What is still owed.
    public struct Operation: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable, CaseIterable { case create, copy, delete }

        public var kind: Kind
        public var requestedAt: Date

        public init(kind: Kind, requestedAt: Date) {
            self.kind = kind
            self.requestedAt = requestedAt
        }
    }
}
