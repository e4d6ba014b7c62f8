internal import Foundation

extension DatabaseAddress {
    /// Reads `postgresql://`, `mysql://`, `mariadb://` and `sqlite:///`, with SQLAlchemy's `+driver` too.
    ///
    /// An `@` in the password may stand as it is; other reserved characters must be escaped (`martlet db url` does that).
    ///
    /// - Throws: `ToolkitError`, which never holds the password.
    public init(url text: String) throws {
        guard let mark = text.firstRange(of: "://") else {
            throw ToolkitError("this is no database URL: it has no ://. \(Self.forms)")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        let dialect = try Self.dialect(ofScheme: scheme)
        let rest = text[mark.upperBound...]
        // What is before the first slash is the login and the host; a ? in an unescaped password is before the @.
        let questionMark = rest[(rest.firstIndex(of: "/") ?? rest.lastIndex(of: "@") ?? rest.startIndex)...].firstIndex(of: "?")
        let query = questionMark.map { String(rest[rest.index(after: $0)...]) } ?? ""
        let place = rest[..<(questionMark ?? rest.endIndex)]
        self.init(dialect)
        if dialect == .sqlite { try readFile(place) } else { try readPlace(place) }
        try read(query: query)
    }

    static let forms = """
        Take postgresql://USER:PASSWORD@HOST:PORT/DATABASE, mysql://USER:PASSWORD@HOST:PORT/DATABASE, mariadb://…, or \
        sqlite:///FILE
        """

    private static func dialect(ofScheme scheme: String) throws -> Dialect {
        switch scheme.split(separator: "+", maxSplits: 1).first.map(String.init) ?? "" {
        case "postgresql", "postgres": return .postgresql
        case "mysql", "mariadb": return .mysql
        case "sqlite", "sqlite3": return .sqlite
        case let other: throw ToolkitError("the scheme \(other):// is not one of a database known here. \(forms)")
        }
    }

    /// `sqlite:///relative.db`, `sqlite:////absolute.db`.
    private mutating func readFile(_ place: Substring) throws {
        guard place.hasPrefix("/") else {
            throw ToolkitError("a SQLite URL has three slashes before a relative path, four before an absolute one: sqlite:///FILE")
        }
        database = try Self.decoded(place.dropFirst(), "the file's path")
        guard !database.isEmpty else { throw ToolkitError("the SQLite URL names no file: sqlite:///FILE") }
    }

    private mutating func readPlace(_ place: Substring) throws {
        let slash = place.firstIndex(of: "/")
        var authority = place[..<(slash ?? place.endIndex)]
        if let at = authority.lastIndex(of: "@") {
            let login = authority[..<at]
            authority = authority[authority.index(after: at)...]
            let parts = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = try Self.decoded(parts[0], "the user")
            if parts.count == 2 { password = try Self.decoded(parts[1], "the password") }
        }
        database = try slash.map { try Self.decoded(place[place.index(after: $0)...], "the database's name") } ?? ""
        try readHost(authority)
    }

    private mutating func readHost(_ text: Substring) throws {
        var name = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
                throw ToolkitError(
                    "the port is not a number from 1 to 65535. If the password holds / ? # or :, it must be escaped: "
                        + "see martlet db url --help")
            }
            port = number
            name = text[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        let decoded = try Self.decoded(name, "the host")
        if decoded.hasPrefix("/") { socket = decoded } else { host = decoded }
    }

    private mutating func read(query: String) throws {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], "an option's name")
            try read(option: name, value: parts.count == 2 ? try Self.decoded(parts[1], "the option \(name)") : "")
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
        case (.postgresql, "host") where value.hasPrefix("/"), (.mysql, "unix_socket"), (.mysql, "socket"): socket = value
        case (.mysql, "charset") where ["utf8", "utf8mb4"].contains(value.lowercased()): break
        case (.postgresql, "password"), (.postgresql, "passfile"), (.postgresql, "user"), (.postgresql, "dbname"):
            throw ToolkitError("\(name) belongs before the @ of the URL, not behind the ?")
        case (.postgresql, let known): options[known] = value
        case (.mysql, _):
            throw ToolkitError("the option \(name) of a MySQL URL is not known; there are sslmode, ssl_ca, unix_socket, charset")
        }
    }

    private static func decoded(_ text: Substring, _ what: String) throws -> String {
        guard let plain = String(text).removingPercentEncoding, !plain.utf8.contains(0) else {
            throw ToolkitError("\(what) has a % that is not followed by two hexadecimal digits; a % itself is written %25")
        }
        return plain
    }

    // MARK: Writing

    /// The URL, every part escaped as RFC 3986 wants it.
    ///
    /// - Parameter scheme: nil takes the dialect's own.
    public func url(withPassword: Bool = true, scheme: String? = nil) -> String {
        if dialect == .sqlite { return "\(scheme ?? "sqlite"):///\(Self.encoded(database, keeping: "/:"))" }
        var login = Self.encoded(user)
        if withPassword, let password { login += ":\(Self.encoded(password))" }
        let place = host.isEmpty ? "" : "\(host.contains(":") ? "[\(host)]" : Self.encoded(host)):\(port)"
        var pairs: [(String, String)] = []
        if let socket { pairs.append((dialect == .mysql ? "unix_socket" : "host", socket)) }
        if let tls { pairs.append(("sslmode", tls.rawValue)) }
        if let caFile { pairs.append((dialect == .mysql ? "ssl_ca" : "sslrootcert", caFile)) }
        pairs += options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let query = pairs.map { "\($0.0)=\(Self.encoded($0.1, keeping: "/"))" }.joined(separator: "&")
        return "\(scheme ?? dialect.rawValue)://\(login.isEmpty ? "" : login + "@")\(place)/\(Self.encoded(database))"
            + (query.isEmpty ? "" : "?\(query)")
    }

    /// All but the unreserved characters, so that shells, `sed` and every driver leave it alone.
    private static func encoded(_ text: String, keeping more: String = "") -> String {
        let plain = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" + more)
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
