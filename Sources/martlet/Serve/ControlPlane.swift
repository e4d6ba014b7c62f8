internal import Certificates
internal import Cgroups
internal import Convergence
internal import Engines
internal import Foundation
internal import Keys
internal import Logging
internal import PrivateFiles
internal import Resources
internal import Routing
internal import Services
internal import Synchronization
internal import Volumes

/// The parts that the API, convergence and the status page share.
final class ControlPlane: Sendable {
    /// `/health` waits no longer than this for the first look at every instance.
    static let firstLook = Duration.seconds(10)

    let directory: DataDirectory
    let installation: Installation
    let naming: EndpointNaming
    let store: Store
    let board: ObservationBoard
    let engines: EngineRegistry
    let authorities: CertificateAuthorities
    let keys: KeyRing
    let volumes: VolumeOffice
    let logger: Logger
    private let url = Mutex<String?>(nil)
    private let limitsByClass = Mutex(false)
    private let started = ContinuousClock.now

    init(
        directory: DataDirectory, installation: Installation, naming: EndpointNaming, store: Store, board: ObservationBoard,
        engines: EngineRegistry, authorities: CertificateAuthorities, keys: KeyRing, volumes: VolumeOffice, logger: Logger
    ) {
        self.directory = directory
        self.installation = installation
        self.naming = naming
        self.store = store
        self.board = board
        self.engines = engines
        self.authorities = authorities
        self.keys = keys
        self.volumes = volumes
        self.logger = logger
    }

    /// Every instance has been looked at since we started, so that no status is older than we are.
    var isReady: Bool {
        ContinuousClock.now - started > Self.firstLook || store.list(DBInstance.self).allSatisfy { board[$0.id] != nil }
    }

    var gatewayClient: GatewayControlClient { GatewayControlClient(directory: directory.path) }

    func convergence(_ options: ServeCommand, range: LoopbackRange?, shared: [SharedListener]) -> Convergence {
        let client = gatewayClient
        let routes = RoutePublisher(directory: directory.gateway, client: client, shared: shared, logger: logger)
        let supervisor = GatewaySupervisor(
            hands: GatewayLaunch(directory: directory, logs: options.logs, relay: options.relay).hands, client: client,
            routes: routes, logger: logger)
        let hosts = HostsFile(owner: installation.id, naming: naming, store: store, logger: logger)
        var settings = Convergence.Settings(
            account: installation.account, naming: naming,
            addresses: range ?? LoopbackRange(forDirectory: directory.path), warmPool: options.warmPool,
            parallelism: max(2, ProcessInfo.processInfo.activeProcessorCount * 2), access: accessPolicy(options))
        settings.limitsByClass = options.classLimits == .auto
        limitsByClass.withLock { $0 = settings.limitsByClass }
        settings.warmImages = volumes.offer.kind == .image
        settings.scaling = StorageScaling(patience: options.autoscalingPatience)
        return Convergence(
            settings: settings, store: store, board: board, engines: engines, routes: routes, hosts: hosts, gateway: supervisor,
            identity: identity(rotation: options.rotation), host: engines.host, logger: logger)
    }

    private func identity(rotation: RotationSchedule) -> EndpointIdentity {
        let passwords = MasterPasswords(catalog: engines)
        return EndpointIdentity(
            authorities: authorities,
            certificates: EndpointCertificates(directory: directory.certificates, authorities: authorities),
            accessKeysFile: directory.accessKeysFile, gateway: gatewayClient,
            loginCursorFile: directory.gateway + "/login-events.json", rotation: rotation,
            keys: keys, freshCredential: { engine in try passwords.fresh(engine: engine) })
    }

    private func accessPolicy(_ options: ServeCommand) -> AccessPolicy {
        AccessPolicy(refusal: options.sgRefusal == .drop ? .drop : .diagnose) { [account = installation.account] region in
            DefaultSecurityGroup.group(account: account, region: region)
        }
    }

    /// The endpoint is open: tell `martlet env` where.
    func listening(on address: ListenAddress, port: Int, tls: Bool) {
        let running = RunningServe(
            processID: getpid(), url: address.url(port: port, scheme: tls ? "https" : "http"),
            region: installation.region, version: Martlet.version,
            certificateBundle: tls ? authorities.bundleFile : nil)
        do {
            try PrivateFile.write(running, to: directory.runFile)
        } catch {
            logger.error("martlet env will not know the address", metadata: ["reason": "\(error)"])
        }
        url.withLock { $0 = running.url }
        logger.info(
            "listening",
            metadata: ["url": "\(running.url)", "account": "\(installation.account)", "data-dir": "\(directory.path)"])
    }

    /// For `martlet status`.
    private var limits: String {
        guard limitsByClass.withLock({ $0 }) else { return "none (--class-limits off)" }
        return engines.host.groups?.layout.summary ?? "none"
    }

    func status() async -> StatusReport {
        let reporter = StatusReporter(
            directory: directory, installation: installation, naming: naming, store: store, engines: engines,
            gateway: gatewayClient, volumes: volumes.description, limits: limits)
        let here = StatusReport.ControlPlane(
            processID: getpid(), url: url.withLock { $0 } ?? "", version: Martlet.version)
        return await reporter.report(controlPlane: here) { board[$0.id] }
    }
}
