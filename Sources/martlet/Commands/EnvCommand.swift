internal import ArgumentParser
internal import DatabaseURLs
internal import Foundation
internal import PrivateFiles

struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print what points the AWS CLI and SDKs at this Martlet.",
        discussion: """
            One endpoint answers for rds, ec2, sts, kms and secretsmanager.

            EXAMPLES
              eval "$(martlet env --data-dir DIR)"
              martlet env --data-dir DIR --output json
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case shell, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: "shell (export lines) or json.")
    var output: Output = .shell

    func run() async throws {
        let directory = try dataDirectory.directory()
        guard let credentials = try RootCredentials.load(from: directory),
            let running = try PrivateFile.read(RunningServe.self, from: directory.runFile)
        else {
            throw InstallationError(
                "No Martlet has been started on \(directory.path) yet. Start one: martlet serve --data-dir \(directory.path)")
        }
        let trust = running.certificateBundle.map { [("AWS_CA_BUNDLE", $0)] } ?? []
        let variables =
            trust + [
                ("AWS_ENDPOINT_URL", running.url), ("AWS_ACCESS_KEY_ID", credentials.accessKeyID),
                ("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey), ("AWS_DEFAULT_REGION", running.region),
            ]
        switch output {
        case .shell:
            for (name, value) in variables { print("export \(name)=\(Self.quoted(value))") }
            print(Self.wrapper)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(Dictionary(uniqueKeysWithValues: variables)), as: UTF8.self))
        }
    }

    /// AWS CLI 1 sends `aws rds` in us-east-1 to AWS itself, whatever `AWS_ENDPOINT_URL` says
    /// (awscli/customizations/overridesslcommonname.py); only its option is stronger. Exported, so that scripts which the shell
    /// starts have it too.
    private static let wrapper = """
        # AWS CLI 1 ignores AWS_ENDPOINT_URL for "aws rds" in us-east-1; its option is not ignored.
        aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} "$@"; }
        [ -z "$BASH_VERSION" ] || export -f aws
        """

    private static func quoted(_ value: String) -> String {
        let isPlain = value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/:._+=-".contains($0)) }
        return isPlain ? value : "'" + EscapedText.replacing("'", in: value) { _ in "'\\''" } + "'"
    }
}
