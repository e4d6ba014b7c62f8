public import AWSWire

/// AWS Secrets Manager, API version 2017-10-17.
public struct SecretsManagerService: ServiceHandler {
    static let table = OperationTable(
        service: .secretsmanager, known: SecretsManagerActions.all,
        operations: [
            BatchGetSecretValue.self, CancelRotateSecret.self, CreateSecret.self, DeleteResourcePolicy.self,
            DeleteSecret.self, DescribeSecret.self, GetRandomPassword.self, GetResourcePolicy.self, GetSecretValue.self,
            ListSecretVersionIds.self, ListSecrets.self, PutResourcePolicy.self, PutSecretValue.self, RestoreSecret.self,
            RotateSecret.self, TagSecret.self, UntagSecret.self, UpdateSecret.self, UpdateSecretVersionStage.self,
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
