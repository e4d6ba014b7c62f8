public import Cgroups
public import Resources

/// One kind of database server: how to make, start, question and end it. No policy: Convergence decides, an engine acts.
///
/// Every verb may be repeated: it looks at what is there, does what is missing, and may be killed at any instant.
/// Errors are `EngineError`.
public protocol Engine: Sendable {
    var traits: EngineTraits { get }

    /// The installed versions, oldest first.
    var versions: [EngineVersion] { get }

    /// The protocol that its clients speak.
    var wire: EngineWire { get }

    /// The superuser, whom only the control plane may be: `rdsadmin`.
    var administrator: String { get }

    /// Every parameter of an installed version, as the server itself describes it; asked once per version, and kept on disk.
    func parameters(of version: String) async throws -> ParameterCatalogue

    /// What the default parameter group sets, by name: RDS's values and formulas. Costs nothing.
    func defaultParameters(of version: String) -> [String: String]

    /// What the server needs to check a password, and nothing that would reveal it; slow on purpose where the server is.
    ///
    /// - Throws: `EngineError.system` for a password that is not printable ASCII.
    func passwordVerifier(_ password: String) throws -> String

    /// What is really there: files, process, and the server's own answers. Never throws: what cannot be seen is in the facts.
    func facts(of site: ServerSite) async -> ServerFacts

    /// Brings the data directory into being: a warm cluster if one is ready, else a new one.
    ///
    /// - Parameter volume: what it is to be on, mounted or made along the way; nil for a plain directory.
    func provision(_ site: ServerSite, on volume: InstanceVolume?) async throws

    /// Copies what the server holds into a snapshot: consistent, the state of one moment, while it works. Of a server that does
    /// not run, the files as they are.
    ///
    /// - Throws: `EngineError`; `CancellationError` once the draft is cancelled.
    func copyCluster(of site: ServerSite, into draft: SnapshotDraft) async throws

    /// Whose files they are, for manifests of snapshots: engines of one product read each other's.
    var product: String { get }

    /// Has the server write out what it keeps in memory, before an image of its volume is taken. Whatever it acknowledged is
    /// safe without; with it, what it was told to acknowledge early is, too, and the copy has less to recover. Nothing happens
    /// when it does not run.
    func settle(_ site: ServerSite) async throws

    /// Copies the files of a server that does not run, or was cut off, into a snapshot. Blocks.
    ///
    /// - Parameter directory: with what `DIR/instances/ID` of it has.
    func copyFiles(in directory: String, into draft: SnapshotDraft) throws

    /// Makes a fresh copy of another instance's directory a new one's: what belonged to the former server goes. Blocks.
    ///
    /// - Throws: `EngineError.snapshotDamaged` when there is no complete data directory in it.
    func adopt(_ directory: String) throws

    /// Brings the data directory into being from a snapshot's files, each compared with its checksum; complete or not at all.
    ///
    /// - Throws: `EngineError.snapshotDamaged` that names the file.
    func restore(_ site: ServerSite, from files: SnapshotFiles) async throws

    /// Writes the server's configuration files, atomically. Takes effect with `reload` or the next start.
    func configure(_ site: ServerSite, settings: ServerSettings) async throws

    /// The fingerprint that `configure` leaves on disk for these settings, and that the server reports once they are in effect.
    func fingerprint(_ site: ServerSite, settings: ServerSettings) -> String

    /// Starts the server detached, so that it outlives this process, and returns when it answers on its socket.
    ///
    /// - Parameter limits: of the group that it is put into before it answers, as far as this host can set them. Where that
    ///   fails the server starts all the same, and its facts say so.
    /// - Throws: `EngineError.exitedAtStart` with the server's own message, `EngineError.timedOut` after `timeout`.
    func start(_ site: ServerSite, limits: ServerLimits, timeout: Duration) async throws

    /// Gives the server's group these limits; makes it where it is missing, and moves every process of the server into it.
    func limit(_ site: ServerSite, to limits: ServerLimits) async throws

    /// Removes the group of a server that is not running.
    func removeGroup(of site: ServerSite) async throws

    /// How many processes of the server's group the kernel has ended for want of memory. Costs next to nothing.
    func memoryKills(of site: ServerSite) -> Int

    /// Creates roles, the master user and the initial database, where they are missing, and marks it done in the server.
    func bootstrap(_ site: ServerSite, _ bootstrap: Bootstrap) async throws

    /// Gives the master user a new password, and records its generation, in one transaction.
    func applyMasterPassword(_ site: ServerSite, _ master: DBInstance.MasterUser) async throws

    /// Makes the server read its configuration again.
    func reload(_ site: ServerSite) async throws

    /// Ends the server: asks politely for `grace`, then ever less politely. Returns when no process is left.
    func stop(_ site: ServerSite, grace: Duration) async throws

    /// Deletes the data directory of a server that is not running.
    func remove(_ site: ServerSite) async throws

    /// Makes warm clusters until `target` of each installed version are ready, and removes unfinished leftovers.
    ///
    /// Returns when there is nothing left to do; call it again after `provision` has taken one.
    /// - Parameter inImages: each in a file system of its own, for image volumes.
    func fillWarmPool(target: Int, inImages: Bool) async throws

    /// A server without room for its log ends. One of which this is true gets a reserve, and is told to turn writers away
    /// (`ServerSettings.isReadOnly`) before that is needed.
    var needsReserve: Bool { get }

    /// Ends the transactions that write in spite of that.
    func endWriters(_ site: ServerSite) async throws

    /// Returns when the server process that is running now has ended; at once when there is none.
    func processEnd(of site: ServerSite) async

    /// Where clients reach the server once it runs: an absolute path of any length.
    func socketPath(of site: ServerSite) -> String

    /// True when its servers take the gateway's word, by the PROXY protocol, on where a client is.
    var believesGateway: Bool { get }

    /// Why the server refuses a user whatever the credentials are, for the event log; nil where they may have been wrong.
    func loginObstacle(_ site: ServerSite, user: String) async throws -> String?

    /// The file with what the gateway says to the server for a verified IAM token; nil where it need not, or there is none yet.
    func tokenWordFile(of site: ServerSite) -> String?

    /// The files that the server writes its logs to.
    func logs(of site: ServerSite) -> LogDirectory

    /// How they are kept, by what the parameter group says of it.
    func logPolicy(_ parameters: [String: String], storageGiB: Int) -> LogPolicy

    /// Makes the server go on in a new file wherever its log file has been renamed. Nothing happens when it does not run.
    func reopenLogs(_ site: ServerSite) async throws
}

extension Engine {
    /// Starts it without limits.
    func start(_ site: ServerSite, timeout: Duration) async throws {
        try await start(site, limits: .none, timeout: timeout)
    }

    public var believesGateway: Bool { false }
    public func loginObstacle(_ site: ServerSite, user: String) async throws -> String? { nil }
    public func provision(_ site: ServerSite) async throws { try await provision(site, on: nil) }
    public func fillWarmPool(target: Int) async throws { try await fillWarmPool(target: target, inImages: false) }
    public var needsReserve: Bool { false }
    public func endWriters(_ site: ServerSite) async throws {}
    public func tokenWordFile(of site: ServerSite) -> String? { nil }
}

/// Which server: everything an engine needs to find it.
public struct ServerSite: Sendable, Equatable, Hashable {
    /// The `DbiResourceId`.
    public var id: String
    /// The installed version that runs it, e.g. `15.18`.
    public var version: String

    public init(id: String, version: String) {
        self.id = id
        self.version = version
    }
}

/// What the configuration is made from.
public struct ServerSettings: Sendable, Equatable {
    public var instanceClass: DBInstanceClass
    /// The port the endpoint has, for what the server tells about itself.
    public var port: Int
    /// Load the statistics that Performance Insights reads.
    public var performanceInsights: Bool
    /// Admit members of `rds_iam` without a password, from the gateway's operating system user alone: it demands the token.
    public var iamAuthentication: Bool
    /// What `rds.force_ssl` says; the gateway sees to it.
    public var forcesTLS: Bool
    /// The master user, who keeps their password where membership of `rds_iam` is theirs only to grant.
    public var masterUsername: String
    /// Keep a log of changes: backups are on. (PostgreSQL always does.)
    public var binaryLog: Bool
    /// What the parameter group comes to, formulas evaluated, those of the default group included: name to value. An engine
    /// writes what is the group's to say and leaves out what is not (`ParameterDefinition.isModifiable`).
    public var parameters: [String: String]
    /// New transactions only read, unless their session insists.
    public var isReadOnly = false
    /// What the option group adds: settings by option and name.
    public var options: [String: [String: String]]

    public init(
        instanceClass: DBInstanceClass, port: Int, performanceInsights: Bool, iamAuthentication: Bool = false,
        forcesTLS: Bool = false, masterUsername: String = "", binaryLog: Bool = false, parameters: [String: String] = [:],
        options: [String: [String: String]] = [:]
    ) {
        self.instanceClass = instanceClass
        self.port = port
        self.performanceInsights = performanceInsights
        self.iamAuthentication = iamAuthentication
        self.forcesTLS = forcesTLS
        self.masterUsername = masterUsername
        self.parameters = parameters
        self.options = options
        self.binaryLog = binaryLog
    }
}

/// What a new server must hold before its first client.
public struct Bootstrap: Sendable, Equatable {
    public var master: DBInstance.MasterUser
    public var databaseName: String?

    public init(master: DBInstance.MasterUser, databaseName: String?) {
        self.master = master
        self.databaseName = databaseName
    }
}

/// What an engine saw when it looked.
public struct ServerFacts: Sendable, Equatable {
    public enum DataDirectory: Sendable, Equatable {
        case absent
        /// Complete; `major` is the major version that its files are of (`15`).
        case ready(major: String)
        /// Exists, but is not a complete data directory.
        case damaged(reason: String)
    }

    public enum Server: Sendable, Equatable {
        case absent
        /// A process that does not answer queries: starting, recovering, shutting down or hung.
        case mute(ProcessIdentity)
        case answering(ProcessIdentity, Answers)
    }

    /// What the server itself says, over its socket.
    public struct Answers: Sendable, Equatable {
        /// Its own version: `15.18`.
        public var version: String
        /// The fingerprint of the configuration that is in effect.
        public var configuration: String
        /// True when a setting in the files needs a restart to take effect.
        public var restartPending: Bool
        /// True once `bootstrap` has completed, ever.
        public var bootstrapped: Bool
        /// The generation of the master password last applied; 0 for none.
        public var masterGeneration: Int
        /// Parameters that the server did not take over, and why, in its own words.
        public var refusedParameters: [String: String]

        public init(
            version: String, configuration: String, restartPending: Bool, bootstrapped: Bool, masterGeneration: Int,
            refusedParameters: [String: String] = [:]
        ) {
            self.version = version
            self.configuration = configuration
            self.restartPending = restartPending
            self.bootstrapped = bootstrapped
            self.masterGeneration = masterGeneration
            self.refusedParameters = refusedParameters
        }
    }

    public var dataDirectory: DataDirectory
    /// Fingerprint of the configuration files on disk; nil when they were never written.
    public var configuration: String?
    public var server: Server
    /// Nil where this host can limit nothing.
    public var group: GroupSight?

    public init(dataDirectory: DataDirectory, configuration: String?, server: Server) {
        self.dataDirectory = dataDirectory
        self.configuration = configuration
        self.server = server
    }
}

/// A process, told apart from a later one that got the same number.
public struct ProcessIdentity: Sendable, Equatable, Hashable, Codable {
    public var pid: Int32
    /// When it started, in seconds since the epoch.
    public var startedAt: Double

    public init(pid: Int32, startedAt: Double) {
        self.pid = pid
        self.startedAt = startedAt
    }
}

/// The wire protocol of an engine's clients.
public enum EngineWire: String, Sendable { case postgres, mysql }

/// Where convergence finds the engine of an instance.
public protocol EngineDirectory: Sendable {
    /// Nil for an engine that Martlet cannot run here.
    func engine(named name: String) -> (any Engine)?
    var all: [any Engine] { get }
}
