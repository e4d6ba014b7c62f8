internal import ArgumentParser
internal import Toolkit

extension DBCommand {
    struct SeedCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "seed",
            abstract: "Run db/seed.sql, or another file, in one transaction.",
            discussion: """
                As schema-load: all of the file, or nothing.

                EXAMPLES
                  martlet db seed
                  martlet db seed prod db/more.sql
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod; a file instead of db/seed.sql.")
        var words: [String] = []

        @OptionGroup var answers: DBAnswerOptions

        func run() async throws {
            let words = try DBWords(words)
            let file = try SQLFile(path: words.file ?? "db/seed.sql")
            let target = try await options.target(isProduction: words.isProduction)
            DBTerminal.label("db-seed")
            try await target.explaining { try DBSteps(target).load(file) }
        }
    }
}
