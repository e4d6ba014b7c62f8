internal import AWSWire

enum DescribeDBSnapshotAttributes: Operation {
    static let action = "DescribeDBSnapshotAttributes"
    static let parameters: [ParameterRule] = [.works("DBSnapshotIdentifier", "A name or an ARN.")]

    static func run(_ request: Request) async throws -> Answer {
        SnapshotAttributes.answer(try request.snapshot(request.snapshotIdentifier()))
    }
}
