public import AWSWire

/// AWS Security Token Service, API version 2011-06-15.
public struct STSService: ServiceHandler {
    static let table = OperationTable(service: .sts, known: STSActions.all, operations: [GetCallerIdentity.self])

    private let context: ServiceContext

    public init(_ context: ServiceContext) { self.context = context }

    public func handle(_ call: ServiceCall) async throws -> Answer {
        let operation = try Self.table.admit(call, context)
        return try await operation.run(Request(call: call, context: context))
    }
}
