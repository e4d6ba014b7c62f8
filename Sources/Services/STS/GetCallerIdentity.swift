internal import AWSWire
internal import Resources

/// Who signs. Only the root key of the account signs today.
enum GetCallerIdentity: Operation {
    static let action = "GetCallerIdentity"
    static let parameters: [ParameterRule] = []
    static let note = "The account's root user: the one identity there is until IAM lands."

    static func run(_ request: Request) async throws -> Answer {
        let account = request.context.account
        let partition = Region.partition(of: request.region)
        return .xml([
            .text("Arn", "arn:\(partition):iam::\(account):root"),
            .text("UserId", account),
            .text("Account", account),
        ])
    }
}
