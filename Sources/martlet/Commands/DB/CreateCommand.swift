internal import ArgumentParser
internal import Toolkit

extension DBCommand {
    struct CreateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create the database.",
            discussion: """
                EXAMPLES
                  martlet db create
                  martlet db create prod
                  martlet db create --instance mydb --database cruddur --data-dir DIR
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @OptionGroup var answers: DBAnswerOptions

        func run() async throws {
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            DBTerminal.label("db-create")
            try await target.explaining { try DBSteps(target).create() }
        }
    }
}
