internal import ArgumentParser
internal import Toolkit

extension DBCommand {
    struct SchemaLoadCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema-load",
            abstract: "Run db/schema.sql, or another file, in one transaction.",
            discussion: """
                Stops at the first error, with file, line and the server's words, and undoes what was before it. MySQL commits
                every change of the schema by itself; what it keeps is then said. Dumps of pg_dump, mariadb-dump and sqlite3
                can be loaded; commands of psql, mysql and sqlite3 (\\connect, source, .read) are refused.

                EXAMPLES
                  martlet db schema-load
                  martlet db schema-load prod
                  martlet db schema-load backend/db/schema.sql --instance mydb --data-dir DIR
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod; a file instead of db/schema.sql.")
        var words: [String] = []

        @OptionGroup var answers: DBAnswerOptions

        func run() async throws {
            let words = try DBWords(words)
            let file = try SQLFile(path: words.file ?? "db/schema.sql")
            let target = try await options.target(isProduction: words.isProduction)
            DBTerminal.label("db-schema-load")
            try await target.explaining { try DBSteps(target).load(file) }
        }
    }
}
