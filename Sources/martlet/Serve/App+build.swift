internal import AWSWire
internal import Certificates
internal import Cgroups
internal import Convergence
internal import Crypto
internal import Engines
internal import Foundation
internal import Keys
internal import Logging
internal import PrivateFiles
internal import Resources
internal import Routing
internal import Services
internal import Volumes

extension App {
    /// Wires everything up. Nothing runs yet, and nothing outside the data directory has been touched.
    static func build(_ options: ServeCommand, directory: DataDirectory, environment: [String: String]) async throws -> App {
        let logger = options.logs.logger("serve")
        try directory.prepare()
        let lock = try ServeLock(directory)
        let source = try await options.masterKey.source(environment: environment)
        let installation = try Installation.loadOrMake(
            in: directory, account: options.account, region: options.region, domain: options.domain,
            sharedAddresses: options.gatewayListen?.addresses ?? [])
        let credentials = try RootCredentials.loadOrMake(in: directory, environment: environment)
        try PrivateFile.write(TokenKey.list(credentials), to: directory.accessKeysFile)
        let authorities = try CertificateAuthorities(directory: directory.authorities)
        try authorities.prepare(owner: installation.id, now: Date())
        let store = try Store(directory: directory.store, logger: logger)
        let keys = try await KeyRing.open(directory, source, store, account: installation.account, logger: logger)
        var host = try EngineHost.detected(
            directory: directory.path, userNamed: options.engineUser, programPaths: options.enginePath)
        host.groups = serverGroups(installation, store, logger: logger)
        let engines = EngineRegistry(host: host, logger: logger)
        let volumes = VolumeOffice(offer: try VolumeOffer(options.volumeWish, .detect()), host: host.volumes, groups: host.groups)
        let naming = EndpointNames.naming(installation, useHostsFile: options.hosts)
        let board = ObservationBoard()
        let plane = ControlPlane(
            directory: directory, installation: installation, naming: naming, store: store, board: board, engines: engines,
            authorities: authorities, keys: keys, volumes: volumes, logger: logger)
        announce(plane, options)
        let shared = try SharedListeners(plane, options.gatewayListen?.addresses ?? []).make(now: Date())
        let token = try freshToken(directory)
        return App(
            lock: lock,
            api: try api(plane, options, credentials: credentials, token: token),
            convergence: plane.convergence(
                options, range: options.addressRange.flatMap(LoopbackRange.init), shared: shared),
            logger: logger)
    }

    /// What servers are limited by, made ready; groups that a former run has left go.
    private static func serverGroups(_ installation: Installation, _ store: Store, logger: Logger) -> InstallationGroups {
        var groups = InstallationGroups.detected(installation: installation.id)
        groups.prepare()
        logger.info("what limits servers", metadata: ["controllers": "\(groups.layout.summary)"])
        for failure in groups.removeAll(except: Set(store.list(DBInstance.self).map(\.resourceID))) {
            logger.warning("a group of an instance that is gone stays", metadata: ["reason": "\(failure)"])
        }
        return groups
    }

    private static func announce(_ plane: ControlPlane, _ options: ServeCommand) {
        plane.logger.info("volumes", metadata: ["new": "\(plane.volumes.description)"])
        for engine in plane.engines.all {
            for version in engine.versions {
                plane.logger.info("engine found", metadata: ["engine": "\(engine.traits.name)", "version": "\(version.version)"])
            }
        }
        if plane.engines.all.allSatisfy(\.versions.isEmpty) {
            plane.logger.warning(
                "no database server is installed; install one (Debian: apt-get install postgresql mariadb-server) and start again"
            )
        }
        for instance in unreachable(plane, options) {
            plane.logger.warning(
                "clients cannot reach this endpoint by its name: --gateway-listen does not have its port",
                metadata: ["instance": "\(instance.identifier)", "port": "\(instance.spec.port)"])
        }
        if options.hosts, !plane.naming.usesNames {
            plane.logger.info("the hosts file cannot be written here, so endpoints are given as addresses")
        }
    }

    private static func unreachable(_ plane: ControlPlane, _ options: ServeCommand) -> [DBInstance] {
        guard let ports = options.gatewayListen?.ports else { return [] }
        return plane.store.list(DBInstance.self).filter { !ports.contains($0.spec.port) }
    }

    private static func api(
        _ plane: ControlPlane, _ options: ServeCommand, credentials: RootCredentials, token: String
    ) throws -> APIServer {
        let wire = Wire(
            regions: RegionLock(known: Region.names, allowed: options.allowedRegions ?? Region.names),
            accessKeys: FixedAccessKeys([AccessKey(id: credentials.accessKeyID, secret: credentials.secretAccessKey)]))
        let context = ServiceContext(
            store: plane.store, board: plane.board, catalog: plane.engines, logs: plane.engines,
            naming: plane.naming, account: plane.installation.account, certificates: plane.authorities,
            keys: plane.keys, volumes: plane.volumes, rotation: options.rotation,
            regions: options.allowedRegions.map(Set.init),
            exactVersions: options.exactVersions,
            endpointPorts: options.gatewayListen?.ports)
        let status = StatusPage(token: token) { await plane.status() }
        let groups = GroupPage(token: token, store: plane.store, account: plane.installation.account)
        let authorityPage = AuthorityPage(authorities: plane.authorities)
        return APIServer(
            host: options.listen.host, port: options.listen.port, wire: wire, handlers: handlers(context),
            isReady: { plane.isReady }, logger: plane.logger,
            tls: options.tls ? try ServerTLS(plane.directory, plane.authorities, host: options.listen.host).configuration() : nil,
            pages: { message in
                if let answer = await status.answer(message) { return answer }
                if let answer = await groups.answer(message) { return answer }
                if let answer = authorityPage.answer(message) { return answer }
                return await APIServer.frontPage(message)
            },
            onListening: { port in plane.listening(on: options.listen, port: port, tls: options.tls) })
    }

    private static func handlers(_ context: ServiceContext) -> [AWSService: any ServiceHandler] {
        [
            .rds: RDSService(context), .ec2: EC2Service(context), .sts: STSService(context),
            .secretsmanager: SecretsManagerService(context), .kms: KMSService(context),
        ]
    }

    /// What `martlet status` shows to prove that it may read the data directory; new at every start.
    private static func freshToken(_ directory: DataDirectory) throws -> String {
        let token = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        try PrivateFile.write(token, to: directory.tokenFile)
        return token
    }
}
