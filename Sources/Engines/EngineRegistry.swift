public import Logging
public import Resources

/// The engines of this host.
public struct EngineRegistry: EngineCatalog, EngineDirectory {
    public let all: [any Engine]
    public let host: EngineHost

    /// Looks for what is installed, by running each program once for its version; takes tens of milliseconds and changes nothing.
    public init(host: EngineHost, logger: Logger) {
        self.host = host
        let programs = ServerProgram.discover(programPaths: host.programPaths)
        let found = MariaDBInstallation.discover(programs)
        let isReachable = host.isTraversable
        var mariaDB = EngineTraits.mariaDB
        var mySQL = EngineTraits.mySQLByMariaDB
        if !isReachable, let newest = found.last {
            mariaDB.absence = Self.unreachable(newest, host)
            mySQL.absence = mariaDB.absence
        } else {
            mySQL.absence = Self.reason(notToRun: programs)
        }
        for reason in Set([mariaDB.absence, mySQL.absence].compactMap { $0 }) {
            logger.warning("a server that cannot be run here", metadata: ["reason": "\(reason)"])
        }
        all =
            [PostgreSQLEngine(host: host, logger: logger)]
            + [mariaDB, mySQL].map {
                MariaDBEngine(host: host, traits: $0, installations: isReachable ? found : [], logger: logger)
            }
    }

    /// PostgreSQL works in a directory that it was handed; MariaDB opens its files by their whole path.
    private static func unreachable(_ installation: MariaDBInstallation, _ host: EngineHost) -> String {
        "MariaDB \(installation.version.version) is installed, but the user \(host.user?.name ?? "") that it runs as cannot "
            + "walk to \(host.directory): give serve a --data-dir that others can pass through, such as /var/lib/martlet"
    }

    /// MySQL's own server takes other options, initialises itself otherwise and keeps its users elsewhere than MariaDB's does.
    /// Nothing of that has been tried here, so it is not run; it is said, instead of running MariaDB without a word.
    private static func reason(notToRun programs: [ServerProgram]) -> String? {
        guard let found = programs.last(where: { $0.product == .mySQL }) else { return nil }
        return "MySQL \(found.version) was found (\(found.path)), but Martlet cannot run MySQL's own server yet; "
            + "MariaDB serves the engine mysql where it is installed"
    }

    /// By RDS's name (`postgres`). Nil for one that Martlet cannot run; one that is not installed has no versions.
    public func engine(named name: String) -> (any Engine)? { all.first { $0.traits.name == name } }

    public var engines: [EngineTraits] { all.map(\.traits) }

    public func versions(of engine: String) -> [EngineVersion] { self.engine(named: engine)?.versions ?? [] }

    public func parameters(of engine: String, version: String) async throws -> ParameterCatalogue {
        guard let found = self.engine(named: engine) else { throw EngineError.notInstalled(engine: engine, version: version) }
        return try await found.parameters(of: version)
    }

    public func defaultParameters(of engine: String, version: String) -> [String: String] {
        self.engine(named: engine)?.defaultParameters(of: version) ?? [:]
    }

    /// - Throws: `EngineError.notInstalled` for an unknown engine, `EngineError.system` for a password that is not
    ///   printable ASCII.
    public func passwordVerifier(engine: String, password: String) throws -> String {
        guard let found = self.engine(named: engine) else {
            throw EngineError.notInstalled(engine: engine, version: "of any kind")
        }
        return try found.passwordVerifier(password)
    }
}

extension EngineRegistry: DBLogShelf {
    public func logFiles(of instance: DBInstance) async throws -> [DBLogFile] {
        guard let logs = logs(of: instance) else { return [] }
        return try await BlockingPool.shared.run { try logs.files() }
    }

    public func read(_ file: DBLogFile, of instance: DBInstance, from offset: Int64, count: Int) async throws -> [UInt8]? {
        guard let logs = logs(of: instance) else { return nil }
        return try await BlockingPool.shared.run { try logs.read(file, from: offset, count: count) }
    }

    private func logs(of instance: DBInstance) -> LogDirectory? {
        engine(named: instance.spec.engine)?.logs(
            of: ServerSite(id: instance.resourceID, version: instance.spec.engineVersion))
    }
}
