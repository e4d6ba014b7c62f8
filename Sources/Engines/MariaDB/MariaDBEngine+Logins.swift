extension MariaDBEngine {
    /// TLS ends at the gateway, and MariaDB does not count its Unix socket as TLS where an account demands that (`sql_acl.cc`,
    /// `acl_check_ssl`); it tells the client no more than of a wrong password.
    public func loginObstacle(_ site: ServerSite, user: String) async throws -> String? {
        let server = server(site)
        guard server.runningProcess() != nil else { return nil }
        // Asked once: an event is not explained later.
        let rows = try await MariaDBConnections.shared.use(server, patience: .seconds(20)) {
            try $0.run(Self.demandsTLS(user), deadline: $1)
        }
        guard rows.first?.first == "1" else { return nil }
        return "its account has REQUIRE SSL or the like, and the server sees no TLS, which ends at the gateway. ALTER USER ... "
            + "REQUIRE NONE, and demand TLS of everybody by require_secure_transport"
    }

    /// 1 when there are accounts of that name, and all of them demand TLS.
    static func demandsTLS(_ user: String) -> String {
        """
        SELECT COUNT(*) > 0 AND COUNT(*) = SUM(COALESCE(JSON_VALUE(Priv, '$.ssl_type'), 0) > 0) \
        FROM mysql.global_priv WHERE User = \(MariaDBText.literal(user))
        """
    }
}
