internal import ArgumentParser
internal import Foundation
internal import Toolkit

extension DBCommand {
    struct ConnectCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "connect",
            abstract: "Open psql, mysql or sqlite3 on the database, with TLS set and the password handed over unseen.",
            discussion: """
                What follows -- goes to that program as it is.

                EXAMPLES
                  martlet db connect
                  martlet db connect prod
                  martlet db connect --instance mydb --data-dir DIR -- -c 'select 1'
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod; after -- arguments for the program.")
        var words: [String] = []

        func run() async throws {
            let isProduction = words.first == "prod"
            let more = Array(words.dropFirst(isProduction ? 1 : 0))
            guard more.isEmpty || CommandLine.arguments.contains("--") else {
                throw ValidationError("\(more.joined(separator: " ")): arguments for the program go behind --")
            }
            let target = try await options.target(isProduction: isProduction)
            try await target.explaining {
                // Ours first: its errors explain more than those of the programs.
                try target.open().close()
            }
            try ClientProgram(target.address, arguments: more).become()
        }
    }
}
