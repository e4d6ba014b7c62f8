extension Connector {
    func connectPostgreSQL(_ credentials: DatabaseCredentials?) async throws(DatabaseError) -> any DriverConnection {
        let settings = PostgreSQLSettings(
            place: place, parameters: parameters(credentials), preparesStatements: configuration.preparesStatements,
            timeout: timeout)
        let connection = try await PostgreSQLConnection.open(settings)
        guard role == .reader else { return connection }
        do {
            try await connection.script(
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", StatementLimits(timeout: timeout))
        } catch {
            throw .connectFailed(ConnectFailure(place: place, reason: "the session cannot be made read only: \(error)"))
        }
        return connection
    }

    private func parameters(_ credentials: DatabaseCredentials?) -> [(keyword: String, value: String)] {
        var parameters = [
            (keyword: "client_encoding", value: "UTF8"), (keyword: "sslmode", value: options.tls.rawValue),
            (keyword: "fallback_application_name", value: configuration.applicationName),
        ]
        if let host = url.host { parameters.append(("host", host)) }
        if let port = url.port { parameters.append(("port", String(port))) }
        if let credentials {
            parameters.append(("user", credentials.user))
            parameters.append(("password", credentials.password))
        }
        if let database = url.database { parameters.append(("dbname", database)) }
        if options.tls != .disable, let bundle = options.caBundle { parameters.append(("sslrootcert", bundle)) }
        if role == .writer, configuration.writerMustBePrimary, !options.targetsAny {
            parameters.append(("target_session_attrs", "primary"))
        }
        for option in options.forwarded { parameters.append((option.name, option.value)) }
        return parameters
    }
}
