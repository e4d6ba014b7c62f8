/// What a server knows about its own making: a table of one row in the database `rdsadmin`, which users cannot enter.
enum PostgreSQLFacts {
    static let database = "rdsadmin"

    /// Makes the table, where it is missing.
    static let definition = """
        CREATE SCHEMA IF NOT EXISTS martlet;
        CREATE TABLE IF NOT EXISTS martlet.facts (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            bootstrapped_at timestamptz,
            master_generation bigint NOT NULL DEFAULT 0
        );
        INSERT INTO martlet.facts DEFAULT VALUES ON CONFLICT DO NOTHING;
        """

    private static let general = """
        current_setting('server_version'), \
        coalesce(current_setting('\(PostgreSQLConfiguration.fingerprintSetting)', true), ''), \
        (SELECT count(*) FROM pg_settings WHERE pending_restart), \
        (SELECT coalesce(string_agg(coalesce(f.name, '') || E'\\x1f' || f.error, E'\\x1e'), '') FROM pg_file_settings f \
        WHERE f.error IS NOT NULL AND NOT f.applied AND NOT EXISTS \
        (SELECT FROM pg_settings s WHERE s.name = f.name AND s.pending_restart))
        """
    static let query = """
        SELECT \(general), bootstrapped_at IS NOT NULL, master_generation FROM martlet.facts
        """
    /// For a server whose table is not made yet.
    static let queryWithoutTable = "SELECT \(general), false, 0"

    static func setBootstrapped(generation: Int) -> String {
        "UPDATE martlet.facts SET bootstrapped_at = now(), master_generation = \(generation);"
    }

    /// Asks a server. Blocks.
    static func ask(
        _ connection: PostgreSQLConnection, _ deadline: ContinuousClock.Instant
    ) throws -> ServerFacts.Answers {
        let rows: PostgreSQLConnection.Rows
        do { rows = try connection.run(query, deadline: deadline) } catch EngineError.sql(_, state: "42P01") {
            rows = try connection.run(queryWithoutTable, deadline: deadline)
        } catch EngineError.sql(_, state: "3F000") {
            rows = try connection.run(queryWithoutTable, deadline: deadline)
        }
        guard let answers = rows.first.flatMap(answers) else { throw EngineError.damaged(what: "martlet.facts holds no row") }
        return answers
    }

    /// Reads a row of `query`.
    static func answers(_ row: [String?]) -> ServerFacts.Answers? {
        guard row.count == 6, let version = row[0]?.split(separator: " ").first, let configuration = row[1],
            let pending = row[2], let refused = row[3].map(RefusedParameters.read), let bootstrapped = row[4],
            let generation = row[5].flatMap({ Int($0) })
        else { return nil }
        return ServerFacts.Answers(
            version: String(version), configuration: configuration, restartPending: pending != "0",
            bootstrapped: bootstrapped == "t", masterGeneration: generation, refusedParameters: refused)
    }
}
