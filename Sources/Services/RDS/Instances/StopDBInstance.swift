internal import AWSWire
internal import Resources

/// Ends the server and keeps everything else.
enum StopDBInstance: Operation {
    static let action = "StopDBInstance"
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .refused("DBSnapshotIdentifier", "take a snapshot with CreateDBSnapshot before, or while it is stopped. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        try await request.begin(.stop) { instance, status in
            try InstanceStates.checkStoppable(instance, status)
            instance.power = .stopped
        }
    }
}
