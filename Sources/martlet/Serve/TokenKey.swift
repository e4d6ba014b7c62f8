/// An access key as the gateway reads it, to verify database tokens.
struct TokenKey: Codable, Sendable, Equatable {
    var id: String
    var secret: String

    /// All that may sign.
    static func list(_ root: RootCredentials) -> [TokenKey] {
        [TokenKey(id: root.accessKeyID, secret: root.secretAccessKey)]
    }
}
