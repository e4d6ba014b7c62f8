/// The secret half of an access key. It has no description of its own, so that no log line can show it.
public struct AccessKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    public var id: String
    public var secret: String
    /// For temporary credentials: the token that must come with every request.
    public var sessionToken: String?

    public init(id: String, secret: String, sessionToken: String? = nil) {
        self.id = id
        self.secret = secret
        self.sessionToken = sessionToken
    }

    public var description: String { "AccessKey(\(id))" }
    public var debugDescription: String { description }
}

/// Where the verifier finds access keys. Asked once for every request, so it should answer from memory.
public protocol AccessKeys: Sendable {
    /// Nil when there is no key of that id.
    func accessKey(_ id: String) -> AccessKey?
}

/// A fixed set of access keys.
public struct FixedAccessKeys: AccessKeys {
    private let keys: [String: AccessKey]

    public init(_ keys: [AccessKey]) {
        self.keys = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func accessKey(_ id: String) -> AccessKey? { keys[id] }
}
