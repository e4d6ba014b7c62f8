public import AWSWire

/// Every service of the port behind one handler.
public struct ServiceDispatcher: ServiceHandler {
    private let rds: RDSService
    private let ec2: EC2Service
    private let sts: STSService
    private let secretsManager: SecretsManagerService
    private let kms: KMSService

    public init(_ context: ServiceContext) {
        rds = RDSService(context)
        ec2 = EC2Service(context)
        sts = STSService(context)
        secretsManager = SecretsManagerService(context)
        kms = KMSService(context)
    }

    /// - Throws: `Fault` for whatever is refused; another error is a failure of the server.
    public func handle(_ call: ServiceCall) async throws -> Answer {
        switch call.service {
        case .rds: try await rds.handle(call)
        case .ec2: try await ec2.handle(call)
        case .sts: try await sts.handle(call)
        case .secretsmanager: try await secretsManager.handle(call)
        case .kms: try await kms.handle(call)
        }
    }
}
