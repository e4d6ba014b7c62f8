public import DatabaseURLs

extension DatabaseAddress {
    /// Reads `postgresql://`, `mysql://`, `mariadb://` and `sqlite:///`, and judges what is behind the question mark.
    ///
    /// - Throws: `ToolkitError`, which never holds the password.
    public init(url text: String) throws {
        let url: DatabaseURL
        do {
            url = try DatabaseURL(text)
        } catch {
            throw ToolkitError(error.message)
        }
        self.init(
            url.engine, host: url.isSocket ? "" : url.host ?? "", database: url.database ?? "", user: url.user ?? "",
            port: url.port)
        password = url.password
        socket = url.isSocket ? url.host : nil
        for option in url.options { try read(option: option.name, value: option.value) }
        if dialect == .sqlite, database == DatabaseURL.memory {
            throw ToolkitError("the SQLite URL must name a file: sqlite:///FILE")
        }
    }

    private mutating func read(option name: String, value: String) throws {
        switch (dialect, name.lowercased()) {
        case (.sqlite, _): throw ToolkitError("a SQLite URL takes no options here; it has \(name)")
        case (_, "sslmode"), (_, "ssl-mode"), (_, "ssl_mode"):
            guard let mode = TLSMode(spelled: value) else {
                throw ToolkitError("sslmode is \(TLSMode.allCases.map(\.rawValue).joined(separator: ", ")); not \(value)")
            }
            tls = mode
        case (_, "sslrootcert"), (_, "ssl_ca"), (_, "ssl-ca"):
            caFile = value
            if dialect == .mysql, tls == nil { tls = .verifyFull }
        // What we speak in any case; it stays for the drivers that are told.
        case (.mysql, "charset") where ["utf8", "utf8mb4"].contains(value.lowercased()): options["charset"] = value
        case (.postgresql, "port"):
            guard let number = Int(value), (1...65_535).contains(number) else {
                throw ToolkitError("port is not a port: \(value)")
            }
            port = number
        case (.postgresql, "password"), (.postgresql, "passfile"), (.postgresql, "user"), (.postgresql, "dbname"):
            throw ToolkitError("\(name) belongs before the @ of the URL, not behind the ?")
        case (.postgresql, let known): options[known] = value
        case (.mysql, _):
            throw ToolkitError("the option \(name) of a MySQL URL is not known; there are sslmode, ssl_ca, unix_socket, charset")
        }
    }

    /// The address as a URL, its password included.
    public var url: DatabaseURL {
        if dialect == .sqlite { return .sqlite(path: database) }
        var url = DatabaseURL(
            engine: dialect, user: user.isEmpty ? nil : user, password: password, host: host.isEmpty ? nil : host,
            port: host.isEmpty && (socket == nil || port == dialect.defaultPort) ? nil : port,
            database: database.isEmpty ? nil : database)
        if let socket { url.options.append(.init(dialect == .mysql ? "unix_socket" : "host", socket)) }
        // Other MySQL drivers take ssl_ca, and none of them sslmode; to us ssl_ca alone means verify-full.
        if let tls, dialect != .mysql || tls != .verifyFull || caFile == nil {
            url.options.append(.init("sslmode", tls.rawValue))
        }
        if let caFile { url.options.append(.init(dialect == .mysql ? "ssl_ca" : "sslrootcert", caFile)) }
        url.options += options.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        return url
    }
}
