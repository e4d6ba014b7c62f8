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
        let mariaDB = MariaDBInstallation.discover(programs)
        var mySQL = EngineTraits.mySQLByMariaDB
        mySQL.absence = Self.reason(notToRun: programs)
        if let absence = mySQL.absence { logger.warning("a server that cannot be run here", metadata: ["reason": "\(absence)"]) }
        all = [
            PostgreSQLEngine(host: host, logger: logger),
            MariaDBEngine(host: host, traits: .mariaDB, installations: mariaDB, logger: logger),
            MariaDBEngine(host: host, traits: mySQL, installations: mariaDB, logger: logger),
        ]
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
