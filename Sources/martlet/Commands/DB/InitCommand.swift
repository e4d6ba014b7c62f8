internal import ArgumentParser
internal import DatabaseURLs
internal import Toolkit

extension DBCommand {
    struct InitCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Empty the database, load the schema and the test records: the course's db_init, with its warning.",
            discussion: """
                The database itself stays, with its owner and its rights; it is created when there is none. In PostgreSQL and
                SQLite all of it is one transaction: after a failure the database is as it was. MySQL commits each change of
                the schema by itself.

                EXAMPLES
                  martlet db init
                  DB_ENDPOINT=… DB_USERNAME=admin martlet db init --schema db/mysql.sql
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Option(help: ArgumentHelp("The schema.", valueName: "file"))
        var schema = "db/schema.sql"

        @Option(help: ArgumentHelp("The test records.", valueName: "file"))
        var seed = "db/seed.sql"

        @Flag(help: "Do not ask.")
        var yes = false

        func run() async throws {
            let files = [try SQLFile(path: schema), try SQLFile(path: seed)]
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            for file in files { try file.check(target.address.dialect) }
            DBTerminal.label("db-init", level: 4)
            try await target.explaining {
                try createIfMissing(target)
                try DBSteps(target).confirmLoss("Initialising the schema is destructive. Empty it?", yes: yes)
                let session = try target.open()
                defer { session.close() }
                try DatabaseInit.run(files, on: session, echo: DBTerminal.show)
            }
        }

        private func createIfMissing(_ target: DBTarget) throws {
            let server = try target.server()
            defer { server.close() }
            if let protection = server.protection, target.address.dialect == .mysql { throw ToolkitError(protection) }
            if try !server.exists() { DBTerminal.say(try server.create()) }
        }
    }
}
