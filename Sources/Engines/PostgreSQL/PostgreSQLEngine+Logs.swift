import Foundation

extension PostgreSQLEngine {
    public func logs(of site: ServerSite) -> LogDirectory { server(site).logs }

    /// RDS has no fixed bound for PostgreSQL's logs, it lets them fill the storage; here they stop at a tenth of it.
    public func logPolicy(_ parameters: [String: String], storageGiB: Int) -> LogPolicy {
        LogPolicy(
            streams: [.dated(prefix: PostgreSQLLogs.datedPrefix), .own(PostgreSQLLogs.startup)],
            retentionSeconds: Double(PostgreSQLLogs.retentionMinutes(parameters)) * 60,
            totalBytes: Int64(storageGiB) << 30 / 10)
    }

    public func reopenLogs(_ site: ServerSite) async throws {
        let server = server(site)
        // `pg_ctl logrotate` does the same. A postmaster that is not ready yet may not know the signal.
        guard let identity = server.runningProcess(),
            FileSystem.read(server.pidFile, limit: 4096).flatMap(PostmasterPIDFile.init)?.isReady == true
        else { return }
        try FileSystem.replace("\(server.data)/logrotate", with: "", mode: 0o600, owner: host.user, durably: false)
        guard kill(identity.pid, SIGUSR1) == 0 else { throw EngineError.refused("turn the log over", errno) }
    }
}

/// The names of PostgreSQL's logs, as on RDS.
enum PostgreSQLLogs {
    /// What the postmaster prints until its logging collector has taken over.
    static let startup = "error/postgres.log"
    static let datedPrefix = "error/postgresql.log."
    static let retentionParameter = "rds.log_retention_period"
    /// What RDS allows, and what it sets.
    static let retentionRangeMinutes = 1440...10_080
    static let defaultRetentionMinutes = 4320

    static func retentionMinutes(_ parameters: [String: String]) -> Int {
        let asked = parameters[retentionParameter].flatMap { Int($0) } ?? defaultRetentionMinutes
        return min(max(asked, retentionRangeMinutes.lowerBound), retentionRangeMinutes.upperBound)
    }

    /// A new file each hour, of a name that tells it; what is there is kept.
    static let settings: [PostgreSQLConfiguration.Setting] = [
        ("log_destination", "stderr"),
        ("logging_collector", "on"),
        // Seen from the data directory, which may be one that the server cannot walk to by name.
        ("log_directory", "../log/error"),
        ("log_filename", "postgresql.log.%Y-%m-%d-%H"),
        ("log_file_mode", "0600"),
        ("log_rotation_age", "60"),
        ("log_rotation_size", "0"),
        ("log_truncate_on_rotation", "off"),
        ("log_line_prefix", "%t:%r:%u@%d:[%p]:"),
    ]
}
