import Resources

/// What turns a prepared server into its owner's: the master user and the initial database.
struct PostgreSQLBootstrap {
    private let master: DBInstance.MasterUser
    private let databaseName: String?
    private let major: Int

    /// - Throws: `EngineError.system` when the verifier is none: PostgreSQL would take it for a password in plain text.
    init(_ bootstrap: Bootstrap, major: Int) throws {
        guard SCRAMVerifier(bootstrap.master.verifier) != nil else {
            throw EngineError.system(what: "create the master user", reason: "the password verifier is malformed")
        }
        master = bootstrap.master
        databaseName = bootstrap.databaseName
        self.major = major
    }

    private var name: String { SQLText.identifier(master.username) }

    /// The master user, and the databases that are theirs from the start; one transaction.
    func masterStatements(present: PostgreSQLPreparation.Inventory) -> String {
        let verb = present.roles.contains(master.username) ? "ALTER" : "CREATE"
        var statements = [
            "\(verb) ROLE \(name) LOGIN INHERIT CREATEDB CREATEROLE VALID UNTIL 'infinity'"
                + " PASSWORD \(SQLText.literal(master.verifier));",
            "GRANT rds_superuser TO \(name) WITH ADMIN OPTION;",
            "ALTER DATABASE postgres OWNER TO \(name);",
            "ALTER DATABASE template1 OWNER TO \(name);",
        ]
        // From 16 on CREATEROLE alone does not let one grant a role; without INHERIT and SET the master user itself
        // gains nothing by it.
        if major >= 16 { statements.append("GRANT rds_iam TO \(name) WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;") }
        return statements.joined(separator: "\n")
    }

    /// The initial database; nil when none was asked for or it is there.
    func databaseStatement(present: PostgreSQLPreparation.Inventory) -> String? {
        guard let databaseName, !present.databases.contains(databaseName) else { return nil }
        return "CREATE DATABASE \(SQLText.identifier(databaseName)) OWNER \(name);"
    }

    /// Does what is missing, on a connection to `rdsadmin`. Blocks.
    func perform(_ connection: PostgreSQLConnection, deadline: ContinuousClock.Instant) throws {
        let present = PostgreSQLPreparation.Inventory(
            try connection.run(PostgreSQLPreparation.Inventory.query, deadline: deadline))
        try connection.run(PostgreSQLPreparation.relaxed, deadline: deadline)
        try connection.run(masterStatements(present: present), deadline: deadline)
        if let statement = databaseStatement(present: present) { try connection.run(statement, deadline: deadline) }
        try connection.run("SET synchronous_commit = on", deadline: deadline)
        try connection.run(PostgreSQLFacts.setBootstrapped(generation: master.generation), deadline: deadline)
    }

    /// A new password, and the note that it is in force; one transaction.
    static func passwordStatements(_ master: DBInstance.MasterUser) throws -> String {
        guard SCRAMVerifier(master.verifier) != nil else {
            throw EngineError.system(what: "change the master password", reason: "the password verifier is malformed")
        }
        return """
            ALTER ROLE \(SQLText.identifier(master.username)) PASSWORD \(SQLText.literal(master.verifier));
            UPDATE martlet.facts SET master_generation = \(master.generation);
            """
    }
}
