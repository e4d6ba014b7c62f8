import Crypto
import DatabaseURLs
import Foundation
import Resources

/// `postgresql.conf`, `pg_hba.conf` and `pg_ident.conf`: a pure function of what was asked for and what the host has.
struct PostgreSQLConfiguration: Equatable {
    /// What the host decides.
    struct Host: Equatable {
        /// The extensions that can be created, sorted.
        var extensions: [String]
        /// `posix`, or `sysv` where there is no `/dev/shm`.
        var sharedMemory: String
        /// The major version of the server.
        var major = 15
        /// The operating system user that the gateway runs as.
        var gatewayUser = "root"
        /// The libraries that can be loaded.
        var libraries: Set<String> = []
    }

    /// Names the content of all files.
    let fingerprint: String
    /// The content of `postgresql.conf`.
    let settings: String

    /// The content of `pg_hba.conf`.
    let accessRules: String
    /// The content of `pg_ident.conf`.
    let userMap: String

    init(_ wanted: ServerSettings, host: Host) {
        let access = PostgreSQLAccess(wanted, major: host.major, gatewayUser: host.gatewayUser)
        accessRules = access.rules
        userMap = access.userMap
        let lines = Self.settings(wanted, host).map { "\($0.name) = \(Self.quote($0.value))" }
        let body = lines.joined(separator: "\n") + "\n"
        let digest = SHA256.hash(data: Data((body + accessRules + userMap).utf8))
        fingerprint = digest.prefix(8).hexadecimal
        settings = "# Written by Martlet; changes are overwritten.\n\(Self.fingerprintSetting) = '\(fingerprint)'\n" + body
    }

    typealias Setting = (name: String, value: String)

    /// Martlet's own, then what is the parameter group's to say, ordered by name.
    private static func settings(_ wanted: ServerSettings, _ host: Host) -> [Setting] {
        var chosen = insights(wanted)
        for (name, value) in wanted.parameters where PostgreSQLParameterPolicy.mayBeWritten(name) { chosen[name] = value }
        chosen["shared_preload_libraries"] = libraries(wanted, host)
        let ofRDS = [
            ("rds.force_ssl", wanted.forcesTLS ? "1" : "0"),
            (PostgreSQLLogs.retentionParameter, "\(PostgreSQLLogs.retentionMinutes(wanted.parameters))"),
        ]
        if wanted.isReadOnly { chosen["default_transaction_read_only"] = "on" }
        return fixed(host) + ofRDS + chosen.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func fixed(_ host: Host) -> [Setting] {
        [
            ("listen_addresses", ""),
            ("port", "5432"),
            ("unix_socket_directories", "."),
            ("unix_socket_permissions", "0700"),
            ("password_encryption", "scram-sha-256"),
            ("wal_level", "replica"),
            ("fsync", "on"),
            ("dynamic_shared_memory_type", host.sharedMemory),
            ("log_timezone", "UTC"),
            ("lc_messages", "C"),
            ("rds.extensions", host.extensions.joined(separator: ",")),
        ] + PostgreSQLLogs.settings
    }

    /// Nil for none: with Performance Insights the statistics that it reads are among them whatever the group says.
    private static func libraries(_ wanted: ServerSettings, _ host: Host) -> String? {
        let asked = wanted.parameters["shared_preload_libraries"] ?? ""
        var found = PostgreSQLParameterPolicy.loadable(asked, installed: host.libraries)
        let statements = PostgreSQLDefaults.statements
        if wanted.performanceInsights, host.libraries.contains(statements), !found.contains(statements) {
            found.append(statements)
        }
        return found.isEmpty ? nil : found.joined(separator: ",")
    }

    private static func insights(_ wanted: ServerSettings) -> [String: String] {
        wanted.performanceInsights ? ["track_activity_query_size": "4096", "track_io_timing": "on"] : [:]
    }

    /// Quotes as postgresql.conf wants it: both `'` and `\` are special there.
    static func quote(_ value: String) -> String {
        "'" + EscapedText.doubling("\\'", in: value) + "'"
    }
}

extension PostgreSQLConfiguration {
    /// The setting by which a server says which configuration it runs with.
    static let fingerprintSetting = "martlet.configuration"

    /// The settings that are Martlet's own, as a parameter group shows them.
    static func fixedValues(_ host: Host) -> [String: String] {
        Dictionary(uniqueKeysWithValues: fixed(host).map { ($0.name, $0.value) })
    }

    /// True for a setting that is Martlet's own.
    static func isFixed(_ name: String) -> Bool { fixedNames.contains(name) }

    private static let fixedNames = Set(fixedValues(Host(extensions: [], sharedMemory: "posix")).keys)

    /// The value of a setting in a file of ours; nil when it is not there.
    static func value(of name: String, in settings: String) -> String? {
        for line in settings.split(separator: "\n") where line.hasPrefix("\(name) = '") && line.hasSuffix("'") {
            return String(line.dropFirst(name.count + 4).dropLast())
        }
        return nil
    }
}
