/// A user and a password. Printing one does not show the password.
public struct DatabaseCredentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    public var user: String
    public var password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    public var description: String { "\(user):***" }
    public var debugDescription: String { description }
}

/// Where user and password come from, asked for each new connection.
public protocol CredentialSource: Sendable {
    /// - Parameters:
    ///   - endpoint: what is connected to.
    ///   - refused: what the server has just refused, so that a copy of it is no answer; nil at first.
    /// - Throws: what is shown as the reason why there is no connection.
    func credentials(for endpoint: DatabaseURL, refused: DatabaseCredentials?) async throws -> DatabaseCredentials
}

/// A user and a password that stay.
public struct StaticCredentials: CredentialSource {
    private let credentials: DatabaseCredentials

    public init(user: String, password: String) { credentials = DatabaseCredentials(user: user, password: password) }

    public func credentials(for endpoint: DatabaseURL, refused: DatabaseCredentials?) -> DatabaseCredentials { credentials }
}
