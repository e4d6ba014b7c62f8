internal import AWSWire
internal import Resources

/// Ends the server and keeps everything else.
enum StopDBInstance: Operation {
    static let action = "StopDBInstance"
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .refused("DBSnapshotIdentifier", "snapshots come with the volumes issue. Leave it out."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        try await request.begin(.stop) { instance, status in
            try InstanceStates.checkStoppable(instance, status)
            instance.power = .stopped
        }
    }
}
