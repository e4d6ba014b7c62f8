import Resources

/// What turns a prepared server into its owner's: the master user and the initial database. Each statement may be repeated.
struct MariaDBBootstrap {
    private let master: DBInstance.MasterUser
    private let databaseName: String?
    private let hash: NativePasswordHash

    /// - Throws: `EngineError.system` when the verifier is none.
    init(_ bootstrap: Bootstrap) throws {
        guard let hash = NativePasswordHash(bootstrap.master.verifier) else {
            throw EngineError.system(what: "create the master user", reason: "the password verifier is malformed")
        }
        self.hash = hash
        master = bootstrap.master
        databaseName = bootstrap.databaseName
    }

    /// What the master user may do everywhere: RDS's list ("Master user account privileges" of the user guide) without the
    /// rights to write, which would reach the tables that say who may do what.
    static let everywhere = [
        "SELECT", "RELOAD", "PROCESS", "SHOW DATABASES", "EXECUTE", "SHOW VIEW", "CREATE USER", "REPLICATION SLAVE",
        "REPLICATION CLIENT", "SLAVE MONITOR",
    ]

    /// The master user, with their password and rights; as on RDS a new password brings lost rights back.
    var masterStatements: String {
        let account = MariaDBText.account(master.username)
        let login = "\(account) IDENTIFIED VIA mysql_native_password USING '\(hash)'"
        return """
            CREATE USER IF NOT EXISTS \(login);
            ALTER USER \(login);
            GRANT \(Self.everywhere.joined(separator: ", ")) ON *.* TO \(account) WITH GRANT OPTION;
            \(MariaDBDatabases.grant(to: master.username))
            """
    }

    /// The initial database; nil when none was asked for.
    var databaseStatement: String? {
        databaseName.map { "CREATE DATABASE IF NOT EXISTS \(MariaDBText.identifier($0))" }
    }

    /// Blocks.
    func perform(_ connection: MariaDBConnection, deadline: ContinuousClock.Instant) throws {
        try connection.run(masterStatements, deadline: deadline)
        if let databaseStatement { try connection.run(databaseStatement, deadline: deadline) }
        try connection.run(MariaDBFacts.setBootstrapped(generation: master.generation), deadline: deadline)
    }

    /// A new password, then the note that it is in force: repeated as a whole if it was cut short between the two.
    func changePassword(_ connection: MariaDBConnection, deadline: ContinuousClock.Instant) throws {
        try connection.run(masterStatements, deadline: deadline)
        try connection.run(MariaDBFacts.setGeneration(master.generation), deadline: deadline)
    }
}
