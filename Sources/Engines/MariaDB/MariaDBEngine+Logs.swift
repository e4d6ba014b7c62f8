import Resources

extension MariaDBEngine {
    public func logs(of site: ServerSite) -> LogDirectory { server(site).logs }

    /// RDS user guide, "MySQL database log files" and "MariaDB database log files": 2 percent of the storage, two weeks and 24
    /// hours.
    public func logPolicy(_ parameters: [String: String], storageGiB: Int) -> LogPolicy {
        let isMySQL = traits.substitute != nil
        return LogPolicy(
            streams: [
                .hourly(MariaDBLogs.error), .hourly(MariaDBLogs.slow), .hourly(MariaDBLogs.general), .own(MariaDBLogs.audit),
            ],
            retentionSeconds: isMySQL ? 14 * 86_400 : 86_400, totalBytes: (Int64(storageGiB) << 30) / 50)
    }

    public func reopenLogs(_ site: ServerSite) async throws {
        let server = server(site)
        guard server.runningProcess() != nil else { return }
        try await MariaDBConnections.shared.use(server, patience: Self.sqlPatience) { connection, deadline in
            _ = try connection.run("FLUSH LOCAL ERROR LOGS, SLOW LOGS, GENERAL LOGS", deadline: deadline)
        }
    }
}

/// The names of MySQL's logs, as on RDS.
enum MariaDBLogs {
    static let kinds = ["audit", "error", "general", "slowquery"]
    /// The plugin turns it over by itself, by what the option group says.
    static let audit = "audit/server_audit.log"
    static let error = "error/mysql-error.log"
    static let general = "general/mysql-general.log"
    static let slow = "slowquery/mysql-slowquery.log"
}
