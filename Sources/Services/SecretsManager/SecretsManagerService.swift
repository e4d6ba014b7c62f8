public import AWSWire

/// AWS Secrets Manager, API version 2017-10-17, for the secrets that RDS manages.
public struct SecretsManagerService: ServiceHandler {
    static let table = OperationTable(
        service: .secretsmanager, known: SecretsManagerActions.all,
        operations: [
            CancelRotateSecret.self, DescribeSecret.self, GetSecretValue.self, ListSecrets.self, RotateSecret.self,
        ])

    private let context: ServiceContext

    public init(_ context: ServiceContext) { self.context = context }

    public func handle(_ call: ServiceCall) async throws -> Answer {
        let operation = try Self.table.admit(call)
        do {
            return try await operation.run(Request(call: call, context: context))
        } catch is InvalidMarker {
            throw Fault("InvalidNextTokenException", "The NextToken is not one that a former answer to \(call.action) carried.")
        }
    }
}
