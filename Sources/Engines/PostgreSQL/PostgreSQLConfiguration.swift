import Crypto
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
        let secure = [("rds.force_ssl", wanted.forcesTLS ? "1" : "0")]
        let lines = (Self.fixed(host) + secure + Self.sized(wanted.instanceClass) + Self.observed(wanted, host)).map {
            "\($0.name) = \(Self.quote($0.value))"
        }
        let body = lines.joined(separator: "\n") + "\n"
        let digest = SHA256.hash(data: Data((body + accessRules + userMap).utf8))
        fingerprint = digest.prefix(8).hexadecimal
        settings = "# Written by Martlet; changes are overwritten.\n\(Self.fingerprintSetting) = '\(fingerprint)'\n" + body
    }

    typealias Setting = (name: String, value: String)

    private static func fixed(_ host: Host) -> [Setting] {
        [
            ("listen_addresses", ""),
            ("port", "5432"),
            ("unix_socket_directories", "."),
            ("unix_socket_permissions", "0700"),
            ("password_encryption", "scram-sha-256"),
            ("wal_level", "replica"),
            ("fsync", "on"),
            ("huge_pages", "try"),
            ("dynamic_shared_memory_type", host.sharedMemory),
            ("checkpoint_completion_target", "0.9"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("datestyle", "iso, mdy"),
            ("lc_messages", "C"),
            ("rds.extensions", host.extensions.joined(separator: ",")),
        ] + PostgreSQLLogs.settings
    }

    private static func sized(_ instanceClass: DBInstanceClass) -> [Setting] {
        let memory = PostgreSQLMemory(instanceClass)
        return [
            ("shared_buffers", "\(memory.sharedBuffersPages)"),
            ("effective_cache_size", "\(memory.effectiveCachePages)"),
            ("maintenance_work_mem", "\(memory.maintenanceWorkMemKiB)kB"),
            ("autovacuum_work_mem", "\(memory.autovacuumWorkMemKiB)kB"),
            ("work_mem", "4MB"),
            ("max_connections", "\(memory.maxConnections)"),
            ("autovacuum_max_workers", "\(memory.autovacuumWorkers)"),
            ("max_worker_processes", "\(memory.workerProcesses)"),
            ("max_parallel_workers", "\(memory.parallelWorkers)"),
            ("max_wal_size", "\(memory.maxWALMiB)MB"),
        ]
    }

    private static func observed(_ wanted: ServerSettings, _ host: Host) -> [Setting] {
        var settings: [Setting] = []
        if host.extensions.contains("pg_stat_statements") {
            settings.append(("shared_preload_libraries", "pg_stat_statements"))
        }
        if wanted.performanceInsights {
            settings += [("track_activity_query_size", "4096"), ("track_io_timing", "on")]
        }
        return settings
    }

    /// Quotes as postgresql.conf wants it: both `'` and `\` are special there.
    static func quote(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }
}

extension PostgreSQLConfiguration {
    /// The setting by which a server says which configuration it runs with.
    static let fingerprintSetting = "martlet.configuration"

    /// The value of a setting in a file of ours; nil when it is not there.
    static func value(of name: String, in settings: String) -> String? {
        for line in settings.split(separator: "\n") where line.hasPrefix("\(name) = '") && line.hasSuffix("'") {
            return String(line.dropFirst(name.count + 4).dropLast())
        }
        return nil
    }
}
