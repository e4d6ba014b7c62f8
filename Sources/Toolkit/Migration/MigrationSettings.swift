internal import DatabaseURLs

/// How sessions must be set so that both sides mean the same by the same text.
enum MigrationSettings {
    /// The source as it is at one moment, whatever others write meanwhile.
    static func openSource(_ session: any SQLSession) throws {
        try common(session)
        switch session.dialect {
        case .postgresql: try session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        case .mysql:
            // The writer may take its time between two pieces.
            try session.run("SET net_write_timeout = 3600")
            try session.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            try session.run("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        case .sqlite:
            try session.run("BEGIN")
            try session.run("SELECT count(*) FROM sqlite_master")
        }
    }

    static func openTarget(_ session: any SQLSession) throws {
        try common(session)
        switch session.dialect {
        case .postgresql: try session.run("SET synchronous_commit = on")
        case .mysql:
            try session.run("SET foreign_key_checks = 0")
            try session.run("SET unique_checks = 0")
            // A zero in an automatic column is a zero, and nothing is cut or rounded in silence.
            try session.run("SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO'")
        case .sqlite: try session.run("PRAGMA foreign_keys = OFF")
        }
    }

    private static func common(_ session: any SQLSession) throws {
        switch session.dialect {
        case .postgresql:
            for setting in [
                "search_path = ''", "timezone = 'UTC'", "datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'",
                "bytea_output = 'hex'", "standard_conforming_strings = on", "statement_timeout = 0", "extra_float_digits = 1",
            ] { try session.run("SET \(setting)") }
        case .mysql: try session.run("SET time_zone = '+00:00'")
        case .sqlite: break
        }
    }
}
