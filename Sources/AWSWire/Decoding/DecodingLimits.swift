/// How much one request may hold. What goes beyond is refused, so memory and time are bounded by the body's limit.
public struct DecodingLimits: Sendable, Equatable {
    /// Parameters of a form, or values of a JSON document.
    public var parameters: Int
    /// Bytes of one flat key, decoded.
    public var keyBytes: Int
    /// Levels of structures and lists.
    public var depth: Int
    /// Bytes of a body.
    public var bodyBytes: Int

    public init(parameters: Int = 10_000, keyBytes: Int = 1024, depth: Int = 20, bodyBytes: Int = 1 << 20) {
        self.parameters = parameters
        self.keyBytes = keyBytes
        self.depth = depth
        self.bodyBytes = bodyBytes
    }
}

extension Fault {
    /// `MalformedQueryString` of the RDS API reference's "Common Errors".
    static func malformedQueryString(_ message: String) -> Fault { Fault("MalformedQueryString", status: 400, message) }
    /// What AWS answers to flat keys that do not make a tree.
    static func malformedInput(_ message: String) -> Fault { Fault("MalformedInput", status: 400, message) }
    /// What AWS answers to a JSON body that it cannot read.
    static func serialization(_ message: String) -> Fault { Fault("SerializationException", status: 400, message) }
}
