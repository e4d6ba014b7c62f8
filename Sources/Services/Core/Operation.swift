internal import AWSWire

/// One action of a service: its parameters, and what it does.
protocol Operation: Sendable {
    /// `CreateDBInstance`
    static var action: String { get }
    /// Every parameter of AWS's model for this action, and no other.
    static var parameters: [ParameterRule] { get }
    /// What a user should know of the operation as a whole; for docs/compatibility.md.
    static var note: String { get }
    /// Called with parameters that their rules allow.
    static func run(_ request: Request) async throws -> Answer
}

extension Operation {
    static var note: String { "" }
}
