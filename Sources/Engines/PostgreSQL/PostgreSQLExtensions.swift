/// The extensions that a master user may create, as on RDS.
///
/// The master user is no superuser, so the private engine tree marks these as trusted. What is not listed is not there at all:
/// nothing that reads the host's files (`file_fdw`, `adminpack`), runs programs or edits pages by hand. `dblink` and
/// `postgres_fdw` can reach local sockets, but insist on a password for those who are not superuser, and every
/// server asks for one.
enum PostgreSQLExtensions {
    static let allowed: Set<String> = [
        "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn",
        "earthdistance", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo", "ltree",
        "moddatetime", "pg_buffercache", "pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_trgm", "pg_visibility",
        "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql", "postgres_fdw", "refint", "seg", "sslinfo", "tablefunc", "tcn",
        "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp",
    ]

    /// The allowed ones that an installation has, sorted; `files` are the names in its `extension` directory.
    static func present(among files: [String]) -> [String] {
        files.filter { $0.hasSuffix(".control") }.map { String($0.dropLast(".control".count)) }
            .filter(allowed.contains).sorted()
    }

    /// A control file that lets users without superuser rights create the extension (`trusted`, since PostgreSQL 13).
    static func trustedControl(_ control: String) -> String {
        let kept = control.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.drop { $0 == " " }.hasPrefix("trusted")
        }
        return kept.joined(separator: "\n") + "\ntrusted = true\n"
    }

    /// True when a file of the `extension` directory belongs to the extension (`NAME--1.0.sql`, `NAME.control`).
    static func owns(_ name: String, _ file: String) -> Bool { file.hasPrefix("\(name)--") }
}
