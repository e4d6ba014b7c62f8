internal import DatabaseURLs

/// Which database a command is about: decided from what was typed and what the environment says, and nothing else.
public struct TargetChoice: Sendable, Equatable {
    public enum Place: Sendable, Equatable {
        case address(DatabaseAddress)
        /// A DB instance, to be looked up through the RDS API.
        case instance(String)
    }

    public var place: Place
    /// Where that comes from, in words: `--url`, `CONNECTION_URL` …
    public var source: String

    /// What was typed.
    public struct Typed: Sendable, Equatable {
        public var url: String?
        /// Where that URL stands: an option, or the variable whose name was typed.
        public var urlSource: String
        public var instance: String?
        /// The notes' word `prod`.
        public var isProduction: Bool
        public var database: String?

        public init(
            url: String? = nil, from urlSource: String = "--url", instance: String? = nil, isProduction: Bool = false,
            database: String? = nil
        ) {
            self.url = url
            self.urlSource = urlSource
            self.instance = instance
            self.isProduction = isProduction
            self.database = database
        }
    }

    /// The database of the notes' application, when nothing names another.
    public static let defaultDatabase = "user_management"

    /// - Parameter environment: the process's own, over what `.env` says.
    public init(_ typed: Typed, environment: [String: String]) throws {
        let named = [
            typed.url.map { _ in typed.urlSource }, typed.instance.map { _ in "--instance" }, typed.isProduction ? "prod" : nil,
        ].compactMap { $0 }
        guard named.count <= 1 else { throw ToolkitError("\(named.joined(separator: " and ")) name two databases: give one") }
        let (place, source) = try Self.place(typed, environment)
        self.place = place
        self.source = source
    }

    private static func place(_ typed: Typed, _ environment: [String: String]) throws -> (Place, String) {
        if let url = typed.url { return (try read(url, typed.urlSource, typed, environment), typed.urlSource) }
        if let id = typed.instance {
            guard !id.isEmpty else { throw ToolkitError("--instance needs the identifier of a DB instance") }
            return (.instance(id), "--instance")
        }
        if typed.isProduction {
            guard let url = given("PROD_CONNECTION_URL", in: environment) else {
                throw ToolkitError("prod means the database in PROD_CONNECTION_URL, which is not set")
            }
            return (try read(url, "PROD_CONNECTION_URL", typed, environment), "PROD_CONNECTION_URL")
        }
        if let url = given("CONNECTION_URL", in: environment) {
            return (try read(url, "CONNECTION_URL", typed, environment), "CONNECTION_URL")
        }
        if let address = try endpoint(environment, typed) { return (.address(address), "DB_ENDPOINT") }
        let name = typed.database ?? given("DB_NAME", in: environment) ?? defaultDatabase
        guard !name.contains("/"), !name.isEmpty else {
            throw ToolkitError("a database under volumes/ is named without a slash; for another file give --url sqlite:///FILE")
        }
        return (.address(DatabaseAddress(.sqlite, database: "volumes/\(name).db")), "the default, since nothing names another")
    }

    private static func read(
        _ url: String, _ source: String, _ typed: Typed, _ environment: [String: String]
    ) throws -> Place {
        do {
            var address = try DatabaseAddress(url: url)
            completeHost(of: &address, environment)
            if let database = typed.database {
                guard address.dialect != .sqlite else {
                    throw ToolkitError("--database is for servers; a SQLite URL names its file")
                }
                address.database = database
            }
            return .address(address)
        } catch let error as ToolkitError {
            throw ToolkitError("\(source): \(error)")
        }
    }

    /// Where libpq itself would look for a host that a URL leaves out: what is not local must be known for it.
    private static func completeHost(of address: inout DatabaseAddress, _ environment: [String: String]) {
        guard address.dialect == .postgresql, address.host.isEmpty, address.socket == nil else { return }
        let parts = ["service": "PGSERVICE", "hostaddr": "PGHOSTADDR"]
        for (option, variable) in parts where address.options[option] == nil {
            if let value = given(variable, in: environment) { address.options[option] = value }
        }
        guard let host = given("PGHOST", in: environment) else { return }
        if host.hasPrefix("/") { address.socket = host } else { address.host = host }
    }

    private static func given(_ names: String..., in environment: [String: String]) -> String? {
        names.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// The notes' `DB_ENDPOINT`, `DB_USERNAME`, `DB_PASSWORD`, and their other spelling `DB_HOST`, `DB_USER`, `DB_PASS`.
    private static func endpoint(_ environment: [String: String], _ typed: Typed) throws -> DatabaseAddress? {
        let user = given("DB_USERNAME", "DB_USER", in: environment)
        let password = given("DB_PASSWORD", "DB_PASS", in: environment)
        guard let host = given("DB_ENDPOINT", "DB_HOST", in: environment) else {
            guard user == nil, password == nil else {
                throw ToolkitError(
                    "\(user == nil ? "DB_PASSWORD" : "DB_USERNAME") is set without DB_ENDPOINT: where is the server? "
                        + "For SQLite set none of them")
            }
            return nil
        }
        guard let user else { throw ToolkitError("DB_ENDPOINT is set without DB_USERNAME: who shall log in?") }
        var address = DatabaseAddress(.mysql, host: host, user: user)
        address.database = typed.database ?? given("DB_NAME", in: environment) ?? defaultDatabase
        address.password = password
        if let text = given("DB_PORT", in: environment) {
            guard let port = Int(text), (1...65_535).contains(port) else { throw ToolkitError("DB_PORT is not a port: \(text)") }
            address.port = port
        }
        return address
    }
}
