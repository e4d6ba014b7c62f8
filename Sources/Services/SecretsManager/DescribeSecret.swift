internal import AWSWire

/// All about a secret but its value.
enum DescribeSecret: Operation {
    static let action = "DescribeSecret"
    static let parameters: [ParameterRule] = [.secretID]

    static func run(_ request: Request) async throws -> Answer {
        try .encoding(SecretDescription(try request.secret(), listed: false, request.context.rotation))
    }
}
