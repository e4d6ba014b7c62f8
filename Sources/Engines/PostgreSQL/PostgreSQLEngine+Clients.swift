extension PostgreSQLEngine {
    public var wire: EngineWire { .postgres }
    public var administrator: String { "rdsadmin" }

    /// It ends with a panic when there is no room for its write-ahead log.
    public var needsReserve: Bool { true }

    public func endWriters(_ site: ServerSite) async throws {
        _ = try await AdminConnections.shared.use(server(site), patience: Self.sqlPatience) { connection, deadline in
            try connection.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
                """, deadline: deadline)
        }
    }

    public func passwordVerifier(_ password: String) throws -> String {
        try SCRAMVerifier.make(password: password).description
    }
}
