internal import AWSWire
internal import Resources

/// Starts a stopped instance.
enum StartDBInstance: Operation {
    static let action = "StartDBInstance"
    static let parameters: [ParameterRule] = [.works("DBInstanceIdentifier", "A name or an ARN.")]

    static func run(_ request: Request) async throws -> Answer {
        try await request.begin(.start) { instance, status in
            try InstanceStates.checkStartable(instance, status)
            instance.power = .running
        }
    }
}
