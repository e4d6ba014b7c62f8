public import Logging
public import Resources

/// The engines of this host.
public struct EngineRegistry: EngineCatalog, EngineDirectory {
    public let all: [any Engine]
    public let host: EngineHost

    /// Looks for what is installed, by running each program once for its version; takes tens of milliseconds and changes nothing.
    public init(host: EngineHost, logger: Logger) {
        self.host = host
        all = [PostgreSQLEngine(host: host, logger: logger)]
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
        switch engine {
        case "postgres": return try SCRAMVerifier.make(password: password).description
        default: throw EngineError.notInstalled(engine: engine, version: "of any kind")
        }
    }
}
