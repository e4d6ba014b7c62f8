internal import ArgumentParser
internal import DatabaseURLs
internal import Toolkit

extension DBCommand {
    struct SetupCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "setup",
            abstract: "Drop, create, load the schema, load the seed; stop at the first that fails.",
            discussion: """
                Both files are read before anything is dropped. A database that is not there yet is no error.

                EXAMPLES
                  martlet db setup
                  martlet db setup --instance mydb --yes --data-dir DIR
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Option(help: ArgumentHelp("The schema.", valueName: "file"))
        var schema = "db/schema.sql"

        @Option(help: ArgumentHelp("The first rows.", valueName: "file"))
        var seed = "db/seed.sql"

        @Flag(help: "Do not ask.")
        var yes = false

        @Flag(help: "End the sessions that are open in it.")
        var endSessions = false

        func run() async throws {
            let files = (schema: try SQLFile(path: schema), seed: try SQLFile(path: seed))
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            for file in [files.schema, files.seed] { try file.check(target.address.dialect) }
            let steps = DBSteps(target)
            DBTerminal.label("db-setup", level: 4)
            try await target.explaining {
                DBTerminal.label("db-drop")
                try steps.drop(yes: yes, endSessions: endSessions, ifExists: true)
                DBTerminal.label("db-create")
                try steps.create()
                DBTerminal.label("db-schema-load")
                try steps.load(files.schema)
                DBTerminal.label("db-seed")
                try steps.load(files.seed)
            }
        }
    }
}
