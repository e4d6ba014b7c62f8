public import Foundation

/// What convergence last saw of an instance, proved by probes. Kept in memory only: after a restart it is looked at again.
public struct DBInstanceObservation: Sendable, Equatable {
    public enum Server: Sendable, Equatable {
        /// No server process.
        case absent
        /// A process that does not answer queries yet.
        case starting
        /// Answers queries on its own socket.
        case answering
    }

    /// Why an instance cannot be what its owner wants.
    public struct Failure: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case failed
            case incompatibleParameters = "incompatible-parameters"
            case incompatibleNetwork = "incompatible-network"
            case incompatibleRestore = "incompatible-restore"
            case insufficientCapacity = "insufficient-capacity"
            case storageFull = "storage-full"
            case inaccessibleEncryptionCredentials = "inaccessible-encryption-credentials-recoverable"
        }

        public var kind: Kind
        /// In words, with the server's own message where it gave one. Never a secret.
        public var reason: String
        public var since: Date

        public init(kind: Kind, reason: String, since: Date) {
            self.kind = kind
            self.reason = reason
            self.since = since
        }
    }

    /// The certificate that the endpoint shows to its clients.
    public struct Certificate: Sendable, Equatable {
        /// `CAIdentifier`
        public var authority: String
        public var validTill: Date

        public init(authority: String, validTill: Date) {
            self.authority = authority
            self.validTill = validTill
        }
    }

    /// Its file system.
    public struct Volume: Sendable, Equatable {
        /// What servers may fill, and what is left of that.
        public var sizeBytes: Int64
        public var freeBytes: Int64
        /// Nothing is left, and writers are to be turned away.
        public var isFull: Bool
        /// What the server was last seen to go by, which follows `isFull`; nil until that was seen. Clients meet this one.
        public var isFullToServer: Bool?

        public init(sizeBytes: Int64, freeBytes: Int64, isFull: Bool, isFullToServer: Bool? = nil) {
            self.sizeBytes = sizeBytes
            self.freeBytes = freeBytes
            self.isFull = isFull
            self.isFullToServer = isFullToServer
        }
    }

    /// Nil while nothing is mounted, and for plain directories.
    public var volume: Volume?
    public var server: Server
    /// True while the gateway says that it listens on the endpoint and lets clients in.
    public var endpointOpen: Bool
    /// The version that the server itself reports; nil while it does not answer.
    public var engineVersion: String?
    /// Nil unless convergence has given up for now (it tries again with growing pauses).
    public var failure: Failure?
    /// The step being taken, for `martlet status`: "starting the server".
    public var step: String?
    /// The process id of the server.
    public var processID: Int32?
    /// Restarts after crashes since the server last ran for a minute.
    public var crashes: Int
    /// Nil until the endpoint has one.
    public var certificate: Certificate?
    /// The parameters that are in effect, read back from the server; nil until that was seen.
    public var parameters: AppliedParameters?
    /// The option group that is in effect; nil for the default one.
    public var optionGroup: DBOptionGroup?
    /// Those that the server did not take over, and why, in its own words.
    public var refusedParameters: [String: String]
    /// What the server may take of the host, read back from its group: `2 CPUs, 1280 MiB`; nil for no limits.
    public var limits: String?
    /// Why these are not the ones of its class.
    public var limitsProblem: String?

    public init(
        server: Server = .absent, endpointOpen: Bool = false, engineVersion: String? = nil, failure: Failure? = nil,
        step: String? = nil, processID: Int32? = nil, crashes: Int = 0, certificate: Certificate? = nil,
        parameters: AppliedParameters? = nil, optionGroup: DBOptionGroup? = nil, refusedParameters: [String: String] = [:]
    ) {
        self.server = server
        self.endpointOpen = endpointOpen
        self.engineVersion = engineVersion
        self.failure = failure
        self.step = step
        self.processID = processID
        self.crashes = crashes
        self.certificate = certificate
        self.parameters = parameters
        self.optionGroup = optionGroup
        self.refusedParameters = refusedParameters
    }
}
