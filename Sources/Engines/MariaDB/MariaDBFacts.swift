/// What a server knows about its own making: a table of one row, which only `rdsadmin` can write.
enum MariaDBFacts {
    static let table = "mysql.martlet_facts"

    /// Makes the table; run once, before the first start.
    static let definition = """
        CREATE TABLE IF NOT EXISTS \(table) (
            single tinyint PRIMARY KEY DEFAULT 1 CHECK (single = 1),
            bootstrapped_at datetime,
            master_generation bigint NOT NULL DEFAULT 0,
            configuration varchar(64) NOT NULL DEFAULT '',
            fixed_configuration varchar(64) NOT NULL DEFAULT '',
            refused_parameters text NOT NULL DEFAULT ''
        ) ENGINE=InnoDB;
        INSERT IGNORE INTO \(table) (single) VALUES (1);

        """

    static let query = """
        SELECT @@version, configuration, fixed_configuration, bootstrapped_at IS NOT NULL, master_generation, \
        refused_parameters FROM \(table)
        """

    static func setBootstrapped(generation: Int) -> String {
        "UPDATE \(table) SET bootstrapped_at = UTC_TIMESTAMP(), master_generation = \(generation)"
    }

    static func setGeneration(_ generation: Int) -> String { "UPDATE \(table) SET master_generation = \(generation)" }

    /// What a server that starts with these settings says of itself.
    static func started(with fingerprints: MariaDBConfiguration.Fingerprints) -> String {
        """
        UPDATE \(table) SET configuration = '\(fingerprints.all)', fixed_configuration = '\(fingerprints.fixed)', \
        refused_parameters = '';

        """
    }

    /// - Parameter refused: the settings that it did not take over, and why.
    static func reloaded(_ fingerprints: MariaDBConfiguration.Fingerprints, refused: [String: String]) -> String {
        let text = MariaDBText.literal(RefusedParameters.text(refused))
        return "UPDATE \(table) SET configuration = '\(fingerprints.all)', refused_parameters = \(text)"
    }

    /// Asks a server. Blocks.
    ///
    /// - Parameter fixed: the fingerprint of the settings on disk that need a start.
    static func ask(
        _ connection: MariaDBConnection, fixed: String?, _ deadline: ContinuousClock.Instant
    ) throws -> ServerFacts.Answers {
        let rows = try connection.run(query, deadline: deadline)
        guard let answers = rows.first.flatMap({ answers($0, fixed: fixed) }) else {
            throw EngineError.damaged(what: "\(table) holds no row")
        }
        return answers
    }

    /// Reads a row of `query`.
    static func answers(_ row: [String?], fixed: String?) -> ServerFacts.Answers? {
        guard row.count == 6, let version = row[0]?.split(separator: "-").first, let configuration = row[1],
            let running = row[2], let bootstrapped = row[3], let generation = row[4].flatMap({ Int($0) }),
            let refused = row[5].map(RefusedParameters.read)
        else { return nil }
        return ServerFacts.Answers(
            version: String(version), configuration: configuration, restartPending: fixed != nil && running != fixed,
            bootstrapped: bootstrapped == "1", masterGeneration: generation, refusedParameters: refused)
    }
}
