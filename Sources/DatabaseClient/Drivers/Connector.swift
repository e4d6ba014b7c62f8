/// Makes connections to one server.
struct Connector: Sendable {
    enum Role: Sendable, Equatable {
        case writer
        /// Its sessions can write nothing.
        case reader
    }

    let url: DatabaseURL
    let configuration: DatabaseConfiguration
    let options: ServerOptions
    let role: Role
    let timeout: Duration

    init(_ url: DatabaseURL, _ role: Role, _ configuration: DatabaseConfiguration) throws(DatabaseError) {
        self.url = url
        self.role = role
        self.configuration = configuration
        options = try ServerOptions(url, configuration)
        timeout = options.connectTimeout ?? (role == .writer ? configuration.pool : configuration.readerPool).connectTimeout
    }

    /// `HOST:PORT`, for messages.
    var place: String {
        guard let host = url.host else { return url.engine == .sqlite ? url.database ?? "" : "the local \(url.engine)" }
        if url.isSocket { return host }
        return "\(host.contains(":") ? "[\(host)]" : host):\(url.port ?? url.engine.defaultPort ?? 0)"
    }

    /// A refused password is read anew, once: it may have been rotated.
    ///
    /// - Throws: `DatabaseError.connectFailed`.
    func connect() async throws(DatabaseError) -> any DriverConnection {
        let first = try await credentials(refused: nil)
        do {
            return try await connect(first)
        } catch {
            guard error.serverError?.isAuthenticationFailure ?? false, configuration.credentials != nil, let first
            else { throw error }
            let second = try await credentials(refused: first)
            guard let second, second != first else { throw error }
            return try await connect(second)
        }
    }

    func credentials(refused: DatabaseCredentials?) async throws(DatabaseError) -> DatabaseCredentials? {
        guard let source = configuration.credentials else {
            return url.user.map { DatabaseCredentials(user: $0, password: url.password ?? "") }
        }
        do {
            return try await source.credentials(for: url, refused: refused)
        } catch {
            throw .connectFailed(ConnectFailure(place: place, reason: "no credentials: \(error)"))
        }
    }

    private func connect(_ credentials: DatabaseCredentials?) async throws(DatabaseError) -> any DriverConnection {
        switch url.engine {
        case .postgresql: try await connectPostgreSQL(credentials)
        case .mysql: try await connectMariaDB(credentials)
        case .sqlite: try await connectSQLite()
        }
    }
}
