import Resources

/// A host with PostgreSQL 15.18, 15.20 and 16.4, and MariaDB not installed.
struct FakeCatalog: EngineCatalog {
    var installed = [
        EngineVersion(version: "15.18", family: "postgres15", major: "15"),
        EngineVersion(version: "15.20", family: "postgres15", major: "15"),
        EngineVersion(version: "16.4", family: "postgres16", major: "16"),
    ]

    var engines = [Self.postgres, Self.mariadb]
    var others: [String: [EngineVersion]] = [:]
    var catalogue = FakeParameters.catalogue

    func versions(of engine: String) -> [EngineVersion] { engine == "postgres" ? installed : others[engine] ?? [] }

    /// A host with MariaDB 10.11.19, which serves MySQL too.
    static let withMariaDB: FakeCatalog = {
        var mysql = mariadb
        mysql.name = "mysql"
        mysql.description = "MySQL"
        mysql.substitute = .init(product: "MariaDB", family: "mysql8.0", major: "8.0")
        var catalog = FakeCatalog()
        catalog.engines.append(mysql)
        catalog.others = [
            "mariadb": [EngineVersion(version: "10.11.19", family: "mariadb10.11", major: "10.11")],
            "mysql": [EngineVersion(version: "10.11.19", family: "mysql8.0", major: "8.0")],
        ]
        return catalog
    }()

    func passwordVerifier(engine: String, password: String) -> String { "verifier of \(password.count) characters" }

    func parameters(of engine: String, version: String) -> ParameterCatalogue { catalogue }

    func defaultParameters(of engine: String, version: String) -> [String: String] { FakeParameters.defaults }

    static let postgres = EngineTraits(
        name: "postgres", description: "PostgreSQL", defaultPort: 5432, licenseModel: "postgresql-license",
        masterPasswordLength: 8...128, masterUsernameLength: 1...16, reservedUsernames: ["admin", "rdsadmin", "postgres_admin"],
        reservedUsernamePrefixes: ["pg_"],
        databaseNameLength: 1...63, reservedDatabaseNames: ["rdsadmin", "template0"], initialDatabase: "postgres",
        options: [FakeParameters.option], logTypes: ["postgresql", "upgrade"])

    static let mariadb = EngineTraits(
        name: "mariadb", description: "MariaDB", defaultPort: 3306, licenseModel: "general-public-license",
        masterPasswordLength: 8...41, masterUsernameLength: 1...16, reservedUsernames: [], databaseNameLength: 1...64,
        reservedDatabaseNames: [], initialDatabase: nil, majorVersionParts: 2)
}
