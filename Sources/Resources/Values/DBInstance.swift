public import Foundation

/// A DB instance as its owner wants it, with what is still owed to them. What is really there is never kept here:
/// see `DBInstanceObservation`.
public struct DBInstance: Document {
    public static let kind = "DBInstance"

    public var region: String
    /// `DbiResourceId`: `db-` and 26 upper-case letters or digits. Directories and routes are named after it, so that a
    /// rename moves nothing and a repeated effect is harmless.
    public var resourceID: String
    /// `DBInstanceIdentifier`, lower-case.
    public var identifier: String
    /// When the create call was accepted.
    public var requestedAt: Date
    /// `InstanceCreateTime`: when it first answered a query through its endpoint. Nil until then.
    public var createdAt: Date?
    public var spec: Spec
    /// Changes that wait for the maintenance window.
    public var pending: PendingModifications
    public var power: Power
    /// What the API accepted and convergence has not finished, if anything.
    public var operation: Operation?
    public var master: MasterUser
    /// The loopback address of the endpoint; nil until convergence has found a free one.
    public var address: String?
    /// What holds its files, decided when it was made; nil for a plain directory of the time before there were volumes.
    public var volume: Volume?
    /// The parameters it is to run with now; see `appliedParameters`.
    public var parameters: AppliedParameters?
    public var tags: [Tag]
    /// `AutomaticRestartTime`: when a stopped instance starts by itself (seven days on RDS); nil unless stopped.
    public var automaticRestartAt: Date?
    /// When it was last given more storage: autoscaling keeps its distance from that. Nil for never.
    public var storageGrownAt: Date?
    /// Where its first data come from; nil for a new cluster.
    public var source: Source?

    public var id: String { resourceID }
    public var name: String { identifier }

    public init(
        region: String, resourceID: String, identifier: String, requestedAt: Date, spec: Spec, master: MasterUser,
        operation: Operation?, tags: [Tag]
    ) {
        self.region = region
        self.resourceID = resourceID
        self.identifier = identifier
        self.requestedAt = requestedAt
        self.createdAt = nil
        self.spec = spec
        self.pending = PendingModifications()
        self.power = .running
        self.operation = operation
        self.master = master
        self.address = nil
        self.parameters = nil
        self.volume = nil
        self.tags = tags
        self.automaticRestartAt = nil
    }
}

extension DBInstance {
    /// The settings in force (or being put in force now).
    public struct Spec: Codable, Sendable, Equatable {
        public var engine: String
        /// The installed version that runs: `15.18`.
        public var engineVersion: String
        public var instanceClass: String
        /// GiB.
        public var allocatedStorage: Int
        public var maxAllocatedStorage: Int?
        public var storageType: String
        public var iops: Int?
        public var storageThroughput: Int?
        /// `DBName`; nil when none was asked for.
        public var databaseName: String?
        public var port: Int
        public var availabilityZone: String
        public var subnetGroup: String
        public var securityGroupIDs: [String]
        public var publiclyAccessible: Bool
        /// Days, 0–35.
        public var backupRetentionPeriod: Int
        /// `hh24:mi-hh24:mi`, UTC.
        public var backupWindow: String
        /// `ddd:hh24:mi-ddd:hh24:mi`, UTC.
        public var maintenanceWindow: String
        public var deletionProtection: Bool
        public var autoMinorVersionUpgrade: Bool
        public var copyTagsToSnapshot: Bool
        public var performanceInsights: Bool
        /// Days; nil while Performance Insights is off.
        public var performanceInsightsRetention: Int?
        /// `CACertificateIdentifier`: which authority certifies the endpoint; nil for the one that did, or the standard one.
        public var certificateAuthority: String?
        /// `EnableIAMDatabaseAuthentication`; nil is off.
        public var iamAuthentication: Bool?
        /// `EnableCloudwatchLogsExports`, sorted; nil is none.
        public var logExports: [String]?
        /// `DBParameterGroupName`; nil for the default group of the family.
        public var parameterGroup: String?
        /// `OptionGroupName`; nil for the default group of the major version.
        public var optionGroup: String?

        public init(
            engine: String, engineVersion: String, instanceClass: String, allocatedStorage: Int,
            maxAllocatedStorage: Int? = nil, storageType: String, iops: Int? = nil, storageThroughput: Int? = nil,
            databaseName: String?, port: Int, availabilityZone: String, subnetGroup: String,
            securityGroupIDs: [String], publiclyAccessible: Bool, backupRetentionPeriod: Int, backupWindow: String,
            maintenanceWindow: String, deletionProtection: Bool = false, autoMinorVersionUpgrade: Bool = true,
            copyTagsToSnapshot: Bool = false, performanceInsights: Bool = false,
            performanceInsightsRetention: Int? = nil, certificateAuthority: String? = nil, iamAuthentication: Bool? = nil,
            parameterGroup: String? = nil, optionGroup: String? = nil,
            logExports: [String]? = nil
        ) {
            self.engine = engine
            self.engineVersion = engineVersion
            self.instanceClass = instanceClass
            self.allocatedStorage = allocatedStorage
            self.maxAllocatedStorage = maxAllocatedStorage
            self.storageType = storageType
            self.iops = iops
            self.storageThroughput = storageThroughput
            self.databaseName = databaseName
            self.port = port
            self.availabilityZone = availabilityZone
            self.subnetGroup = subnetGroup
            self.securityGroupIDs = securityGroupIDs
            self.publiclyAccessible = publiclyAccessible
            self.backupRetentionPeriod = backupRetentionPeriod
            self.backupWindow = backupWindow
            self.maintenanceWindow = maintenanceWindow
            self.deletionProtection = deletionProtection
            self.autoMinorVersionUpgrade = autoMinorVersionUpgrade
            self.copyTagsToSnapshot = copyTagsToSnapshot
            self.performanceInsights = performanceInsights
            self.performanceInsightsRetention = performanceInsightsRetention
            self.certificateAuthority = certificateAuthority
            self.iamAuthentication = iamAuthentication
            self.logExports = logExports
            self.parameterGroup = parameterGroup
            self.optionGroup = optionGroup
        }
    }

    /// What a restored instance begins with.
    public struct Source: Codable, Sendable, Equatable {
        /// `DBSnapshot.snapshotID`
        public var snapshot: String
        /// The name that the snapshot had then.
        public var name: String

        public init(snapshot: String, name: String) {
            self.snapshot = snapshot
            self.name = name
        }
    }

    public enum Power: String, Codable, Sendable, Equatable { case running, stopped }

    /// The master user, and what the server needs to recognise them.
    public struct MasterUser: Codable, Sendable, Equatable {
        public var username: String
        /// The engine's password verifier (for PostgreSQL a SCRAM-SHA-256 secret), never the password.
        public var verifier: String
        /// Grows with every new password. The server keeps the number it has applied, so that a password that users change
        /// by SQL is not put back.
        public var generation: Int
        /// The Secrets Manager secret that holds the password (`--manage-master-user-password`), or nil.
        public var secretARN: String?
        /// The ARN of the KMS key that seals it.
        public var secretKeyARN: String?

        public init(username: String, verifier: String, generation: Int = 1, secretARN: String? = nil) {
            self.username = username
            self.verifier = verifier
            self.generation = generation
            self.secretARN = secretARN
        }
    }

    /// Something the API accepted and convergence owes. One at a time; cleared by its `id` when the plan is empty.
    public struct Operation: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            case create, modify, growStorage, autoscaleStorage, rename, resetMasterCredentials, configureIAM, upgrade, reboot,
                stop, start, delete, snapshot
        }

        public var id: String
        public var kind: Kind
        public var requestedAt: Date
        /// `DBSnapshot.snapshotID` of the snapshot that is owed: the operation itself, or the final one of a deletion.
        public var snapshot: String?

        public init(kind: Kind, requestedAt: Date, id: String = UUID().uuidString, snapshot: String? = nil) {
            self.id = id
            self.kind = kind
            self.requestedAt = requestedAt
            self.snapshot = snapshot
        }
    }

    /// `PendingModifiedValues`: nil means no change waits.
    public struct PendingModifications: Codable, Sendable, Equatable {
        public var instanceClass: String?
        public var allocatedStorage: Int?
        public var storageType: String?
        public var iops: Int?
        public var storageThroughput: Int?
        public var engineVersion: String?
        public var identifier: String?
        public var port: Int?
        public var backupRetentionPeriod: Int?
        public var certificateAuthority: String?
        public var iamAuthentication: Bool?
        /// An empty name stands for the default group.
        public var optionGroup: String?

        public init() {}

        public var isEmpty: Bool { self == PendingModifications() }
    }
}
