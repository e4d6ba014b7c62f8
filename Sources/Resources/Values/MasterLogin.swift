internal import Foundation

/// What the secret of a master user contains: just these two keys, as on RDS.
public struct MasterLogin: Codable, Sendable, Equatable {
    public var username: String
    public var password: String

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// The text of the secret.
    public func secretString() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// A new password for a master user, with what the server needs to check it.
public struct FreshCredential: Sendable {
    public var password: String
    public var verifier: String

    public init(password: String, verifier: String) {
        self.password = password
        self.verifier = verifier
    }
}

extension DBInstance.MasterUser {
    /// The password to be: the server is to take it over, whatever it has now.
    public mutating func take(_ credential: FreshCredential) {
        verifier = credential.verifier
        generation += 1
    }
}
