/// The three kinds of database that a URL can name.
public enum DatabaseEngine: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case postgresql
    /// MySQL and MariaDB, which speak one protocol.
    case mysql
    case sqlite

    /// The engine of a URL's scheme; nil for others. SQLAlchemy's drivers are understood: `mysql+pymysql`.
    public init?(scheme: String) {
        switch scheme.lowercased().prefix(while: { $0 != "+" }) {
        case "postgres", "postgresql": self = .postgresql
        case "mysql", "mariadb": self = .mysql
        case "sqlite", "sqlite3": self = .sqlite
        default: return nil
        }
    }

    /// Nil for SQLite, which has no server.
    public var defaultPort: Int? {
        switch self {
        case .postgresql: 5432
        case .mysql: 3306
        case .sqlite: nil
        }
    }

    /// As its makers write it.
    public var description: String {
        switch self {
        case .postgresql: "PostgreSQL"
        case .mysql: "MySQL"
        case .sqlite: "SQLite"
        }
    }
}
