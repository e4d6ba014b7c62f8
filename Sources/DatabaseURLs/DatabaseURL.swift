/// Where a database is, and as whom: `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full`.
///
/// Its parts are kept as they are meant, without escapes; `text` escapes them, so that any password makes a correct URL.
/// Printing one shows no password: only `text` does.
public struct DatabaseURL: Sendable, Equatable {
    /// One `name=value` after the question mark.
    public struct Option: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// SQLite's name for a database in memory.
    public static let memory = ":memory:"

    public var engine: DatabaseEngine
    public var user: String?
    public var password: String?
    /// A name, an address (IPv6 without brackets), or the directory (PostgreSQL) or file (MySQL) of a Unix socket, which
    /// starts with `/`. Nil for SQLite.
    public var host: String?
    public var port: Int?
    /// The database's name. SQLite: the path of the file, or `:memory:`.
    public var database: String?
    /// In the order given. What they mean is not judged here.
    public var options: [Option]

    public init(
        engine: DatabaseEngine, user: String? = nil, password: String? = nil, host: String? = nil, port: Int? = nil,
        database: String? = nil, options: [Option] = []
    ) {
        self.engine = engine
        self.user = user
        self.password = password
        self.host = host
        self.port = port
        self.database = database
        self.options = options
    }

    /// A SQLite file.
    public static func sqlite(path: String) -> DatabaseURL { DatabaseURL(engine: .sqlite, database: path) }

    /// The last value given for an option.
    public func option(_ name: String) -> String? { options.last { $0.name == name }?.value }

    /// The same server's connection to another database, or to none (PostgreSQL's `createdb`, MySQL's `CREATE DATABASE`).
    public func with(database: String?) -> DatabaseURL {
        var other = self
        other.database = database
        return other
    }

    /// Whether it is on this machine: a file, a Unix socket, or the loopback interface.
    public var isLocal: Bool {
        guard let host, !host.hasPrefix("/") else { return true }
        let name = host.lowercased()
        return name == "localhost" || name == "::1" || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// Whether it is reached through a Unix socket.
    public var isSocket: Bool { host?.hasPrefix("/") ?? false }
}

extension DatabaseURL: CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL, escaped, with its password.
    public var text: String { written(password: password.map { PercentText.encode($0) }) }

    /// The URL with stars for a password: fit for logs.
    public var description: String { written(password: password == nil ? nil : "***") }
    public var debugDescription: String { description }

    private func written(password: String?) -> String {
        if engine == .sqlite { return "sqlite:" + sqlitePath + query }
        var text = "\(engine.rawValue)://"
        if user != nil || password != nil {
            text += PercentText.encode(user ?? "")
            if let password { text += ":\(password)" }
            text += "@"
        }
        if let host { text += host.contains(":") ? "[\(host)]" : PercentText.encode(host) }
        if let port { text += ":\(port)" }
        if let database { text += "/" + PercentText.encode(database) }
        return text + query
    }

    /// SQLAlchemy's form: three slashes before a relative path, four before an absolute one.
    private var sqlitePath: String {
        guard let database, database != Self.memory else { return "///:memory:" }
        return "///" + PercentText.encode(database, keeping: "/")
    }

    private var query: String {
        if options.isEmpty { return "" }
        return "?"
            + options.map { "\(PercentText.encode($0.name))=\(PercentText.encode($0.value, keeping: "/"))" }
            .joined(separator: "&")
    }
}
