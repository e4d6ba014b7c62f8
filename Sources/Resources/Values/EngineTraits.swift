/// What the API layer must know of an engine, without ever touching one. Engines supplies the values.
public struct EngineTraits: Sendable, Equatable {
    /// RDS's name for it: `postgres`, `mariadb`, `mysql`.
    public var name: String
    /// `DBEngineDescription`, e.g. `PostgreSQL`.
    public var description: String
    public var defaultPort: Int
    /// `LicenseModel`, e.g. `postgresql-license`.
    public var licenseModel: String
    /// Allowed length of the master password, in characters.
    public var masterPasswordLength: ClosedRange<Int>
    /// Allowed length of the master user name, in characters.
    public var masterUsernameLength: ClosedRange<Int>
    /// Lower-cased names that a master user may not have.
    public var reservedUsernames: Set<String>
    /// Lower-cased beginnings that its name may not have (`pg_`).
    public var reservedUsernamePrefixes: [String]
    /// Allowed length of `DBName`, in characters.
    public var databaseNameLength: ClosedRange<Int>
    /// Lower-cased names that `DBName` may not be.
    public var reservedDatabaseNames: Set<String>
    /// The database a client finds when the request named none (`postgres`), or nil.
    public var initialDatabase: String?
    /// The parameter that turns connections without TLS away (`rds.force_ssl`), or nil.
    public var secureTransportParameter: String?
    /// Parameters that decide how much memory the server asks for when it starts.
    public var memoryParameters: Set<String>
    /// What option groups can add.
    public var options: [OptionDefinition]
    /// How many numbers of a version make its major version: 1 for PostgreSQL 15.18, 2 for MariaDB 10.11.19.
    public var majorVersionParts: Int
    /// Set when another product does the work under this engine's name.
    public var substitute: Substitute?
    /// Why a server that was found here is not among the versions; nil when there is nothing to say.
    public var absence: String?
    /// The names that `EnableCloudwatchLogsExports` takes: `postgresql`, `upgrade`.
    public var logTypes: [String]

    public init(
        name: String, description: String, defaultPort: Int, licenseModel: String,
        masterPasswordLength: ClosedRange<Int>, masterUsernameLength: ClosedRange<Int>,
        reservedUsernames: Set<String>, reservedUsernamePrefixes: [String] = [], databaseNameLength: ClosedRange<Int>,
        reservedDatabaseNames: Set<String>,
        initialDatabase: String?, majorVersionParts: Int = 1, secureTransportParameter: String? = nil,
        memoryParameters: Set<String> = [], options: [OptionDefinition] = [], logTypes: [String] = []
    ) {
        self.name = name
        self.description = description
        self.defaultPort = defaultPort
        self.licenseModel = licenseModel
        self.masterPasswordLength = masterPasswordLength
        self.masterUsernameLength = masterUsernameLength
        self.reservedUsernames = reservedUsernames
        self.reservedUsernamePrefixes = reservedUsernamePrefixes
        self.databaseNameLength = databaseNameLength
        self.reservedDatabaseNames = reservedDatabaseNames
        self.initialDatabase = initialDatabase
        self.majorVersionParts = majorVersionParts
        self.secureTransportParameter = secureTransportParameter
        self.memoryParameters = memoryParameters
        self.options = options
        self.logTypes = logTypes
    }

    /// The product that answers as this engine: every answer and event says so.
    public struct Substitute: Sendable, Equatable {
        /// What runs: `MariaDB`.
        public var product: String
        /// The family and the major version that the engine's users name (`mysql8.0`, `8.0`).
        public var family: String
        public var major: String

        public init(product: String, family: String, major: String) {
            self.product = product
            self.family = family
            self.major = major
        }

        /// A version of what runs, as a version of the engine.
        public func version(_ version: String) -> EngineVersion {
            EngineVersion(version: version, family: family, major: major)
        }
    }

    /// What a client meets: `PostgreSQL`, `MariaDB in place of MySQL`.
    public var servedAs: String { substitute.map { "\($0.product) in place of \(description)" } ?? description }

    /// A version, installed or not, with its family: `15` and `postgres15` of `15.18`.
    public func version(_ version: String) -> EngineVersion {
        if let substitute { return substitute.version(version) }
        let major = version.split(separator: ".").prefix(majorVersionParts).joined(separator: ".")
        return EngineVersion(version: version, family: name + major, major: major)
    }

    /// What resolved parameters say about connections without TLS.
    public func forcesTLS(_ parameters: [String: String]) -> Bool {
        guard let value = secureTransportParameter.flatMap({ parameters[$0] }) else { return false }
        return ["1", "on", "true"].contains(value.lowercased())
    }
}

/// A version of an engine that is installed on this host.
public struct EngineVersion: Codable, Sendable, Equatable, Hashable, Comparable {
    /// The full version, e.g. `15.18` or `10.11.19`.
    public var version: String
    /// `DBParameterGroupFamily`, e.g. `postgres15`.
    public var family: String
    /// The major version as RDS counts it: `15`, `10.11`.
    public var major: String

    public init(version: String, family: String, major: String) {
        self.version = version
        self.family = family
        self.major = major
    }

    /// The numbers of a dotted version; anything that is not a number counts as 0.
    public static func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }

    public static func < (lhs: EngineVersion, rhs: EngineVersion) -> Bool {
        numbers(lhs.version).lexicographicallyPrecedes(numbers(rhs.version))
    }
}

/// The engines of this host, as the API layer sees them.
public protocol EngineCatalog: Sendable {
    /// Every engine that Martlet can run, installed or not.
    var engines: [EngineTraits] { get }
    /// The installed versions of an engine, oldest first; empty when it is not installed.
    func versions(of engine: String) -> [EngineVersion]
    /// What the server needs to check a password, and nothing that would reveal it.
    ///
    /// For PostgreSQL a SCRAM-SHA-256 verifier: the plain text never reaches the store.
    func passwordVerifier(engine: String, password: String) throws -> String
    /// Every parameter of an installed version, as the server describes it. Takes a second or two the first time.
    func parameters(of engine: String, version: String) async throws -> ParameterCatalogue
    /// What the default parameter group sets, by name: values and formulas.
    func defaultParameters(of engine: String, version: String) -> [String: String]
}

extension EngineCatalog {
    public func traits(of engine: String) -> EngineTraits? {
        engines.first { $0.name == engine }
    }

    /// The installed version that serves a request for `requested`: the one itself, else the nearest at or above it.
    ///
    /// `requested` may be partial (`15`): then the newest of that major, else the nearest above. Nil requests the newest.
    public func version(of engine: String, serving requested: String?) -> EngineVersion? {
        let installed = versions(of: engine)
        guard let requested else { return installed.last }
        let wanted = EngineVersion.numbers(requested)
        if let exact = installed.last(where: { EngineVersion.numbers($0.version).starts(with: wanted) }) { return exact }
        return installed.first { !EngineVersion.numbers($0.version).lexicographicallyPrecedes(wanted) }
    }
}
