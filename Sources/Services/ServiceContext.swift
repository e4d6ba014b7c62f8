public import Foundation
public import Keys
public import Resources

/// All that the operations work with. A value, handed to every request.
public struct ServiceContext: Sendable {
    public var store: Store
    public var board: ObservationBoard
    public var catalog: any EngineCatalog
    /// The log files of the instances.
    public var logs: any DBLogShelf
    public var naming: EndpointNaming
    /// Twelve digits.
    public let account: String
    /// The regions that are served (`--regions`), for DescribeRegions; nil for all. The wire turns requests for others away.
    public var regions: Set<String>?
    /// The authorities that certify endpoints.
    public var certificates: any CertificateCatalog
    /// Encrypts with KMS keys.
    public var keys: KeyRing
    /// What new volumes can be.
    public var volumes: any VolumeDesk
    /// When managed secrets rotate by themselves.
    public var rotation: RotationSchedule
    /// The ports that an endpoint can have; nil for any. Where endpoints share addresses, others would not be reached.
    public var endpointPorts: Set<Int>?
    /// DB instances allowed in each region.
    public var instanceQuota: Int
    /// Refuse an engine version that is not installed, where otherwise the nearest one above serves it.
    public var exactVersions: Bool
    /// How long `DescribeDBInstances` may hold its answer for a single instance in transition.
    public var describeHold: Duration
    public var now: @Sendable () -> Date
    public var random: RandomSource
    let rendered = RenderedInstances()
    let networks = Networks()

    public init(
        store: Store, board: ObservationBoard, catalog: any EngineCatalog, logs: any DBLogShelf,
        naming: EndpointNaming, account: String,
        certificates: any CertificateCatalog, keys: KeyRing, volumes: any VolumeDesk,
        rotation: RotationSchedule = RotationSchedule(),
        regions: Set<String>? = nil, instanceQuota: Int = 500, exactVersions: Bool = false,
        describeHold: Duration = .seconds(2), endpointPorts: Set<Int>? = nil, now: @escaping @Sendable () -> Date = { Date() },
        random: RandomSource = .system
    ) {
        self.store = store
        self.board = board
        self.catalog = catalog
        self.logs = logs
        self.naming = naming
        self.account = account
        self.certificates = certificates
        self.keys = keys
        self.volumes = volumes
        self.rotation = rotation
        self.regions = regions
        self.instanceQuota = instanceQuota
        self.exactVersions = exactVersions
        self.describeHold = describeHold
        self.endpointPorts = endpointPorts
        self.now = now
        self.random = random
    }
}
