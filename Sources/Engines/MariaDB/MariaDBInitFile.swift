/// What a server runs at every start, with all rights, before its first client (`init_file`).
enum MariaDBInitFile {
    /// Statements must end with `;` at the end of a line.
    static func statements(_ fingerprints: MariaDBConfiguration.Fingerprints, password: NativePasswordHash) -> String {
        "SET SESSION sql_log_bin = 0, autocommit = 1, max_statement_time = 0, sql_mode = '', foreign_key_checks = 1;\n"
            + MariaDBAdministrator.account(password) + MariaDBFacts.started(with: fingerprints)
            + MariaDBProcedures.atStart
    }
}
