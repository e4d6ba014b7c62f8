internal import ArgumentParser
internal import Foundation
internal import Toolkit

extension DBCommand {
    struct MigrateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate",
            abstract: "Move schema and rows from one database into another, and compare both.",
            discussion: """
                FROM and TO are URLs, prod (PROD_CONNECTION_URL), dev (CONNECTION_URL), the name of an environment variable
                with a URL, or instance:ID. Any two of PostgreSQL, MySQL/MariaDB and SQLite; docs/db.md has the table of
                types. With --through URL each row is POSTed as JSON to an application instead, whose rules decide; what it
                refuses is collected in a file with its reasons. When it wants a login, --through-header-file FILE has the
                headers, Name: value on a line each; only its owner may be able to read it. Rows that refer to their own table
                come after those that they refer to. Interrupted, it goes on where it was when it is given again. Between two
                databases rows and checksums of every table are compared in the end.

                EXAMPLES
                  martlet db migrate sqlite:///volumes/user_management.db PROD_CONNECTION_URL
                  martlet db migrate dev instance:mydb --data-dir DIR
                  martlet db migrate sqlite:///old.db --instance mydb --data-dir DIR --yes
                  martlet db migrate OLD_URL NEW_URL --dry-run
                  martlet db migrate sqlite:///old.db --through http://127.0.0.1:8080 --map map.json
                  martlet db migrate sqlite:///old.db --through https://users.example.com --through-header-file login.txt
                """)

        enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

        @Argument(help: "Where the rows come from.")
        var from: String

        @Argument(help: "Where they go; nothing with --url, --instance or --through.")
        var to: String?

        @OptionGroup var through: ThroughOptions

        @OptionGroup var endpoints: MigrationEndpoints

        @Flag(help: "Say what would be moved, and change nothing.")
        var dryRun = false

        @Flag(help: "Drop tables of the same names in the target first, after asking.")
        var replace = false

        @Flag(help: "Do not ask.")
        var yes = false

        @Option(help: "table or json.")
        var output: Output = .table

        func validate() throws {
            guard [to != nil, endpoints.nameTarget, through.through != nil].count(where: { $0 }) == 1 else {
                throw ValidationError(
                    "Give one target: TO (or --url URL, --instance ID), a database, or --through URL, an application.")
            }
            guard endpoints.database == nil || endpoints.nameTarget else {
                throw ValidationError("--database goes with --url and --instance.")
            }
            if through.through != nil, replace || dryRun {
                throw ValidationError("--replace and --dry-run go with a target database.")
            }
            if through.through == nil, through.isPartlyGiven {
                throw ValidationError("--map, --journal, --rejects and --through-header-file go with --through.")
            }
        }

        func run() async throws {
            let application = try through.application()
            let source = try await endpoints.target(from)
            if let application {
                return try await source.explaining { try await through.run(source, to: application, asJSON: output == .json) }
            }
            let target = if let to { try await endpoints.target(to) } else { try await endpoints.target() }
            guard source.address.description != target.address.description else {
                throw ToolkitError("FROM and TO are the same database: \(source.address)")
            }
            DBTerminal.warn("\(source.address) → \(target.address)")
            try await source.explaining { try await target.explaining { try move(source, target) } }
        }

        private func move(_ source: DBTarget, _ target: DBTarget) throws {
            let reader = try source.open()
            defer { reader.close() }
            // What is refused must not leave a target that was made for it.
            let plan = try MigrationPlan(from: reader, into: target.address.dialect)
            let name = source.address.description
            guard !dryRun else {
                let writer = try target.openForPlan()
                defer { writer.close() }
                _ = try Migration(plan, named: name, to: writer)
                return plan.lines.forEach(DBTerminal.say)
            }
            try target.withOpenOrCreated { writer in
                let migration = try Migration(plan, named: name, to: writer)
                let names = migration.isResumed ? [] : try migration.collisions()
                guard !names.isEmpty || migration.isForeign else { return try finish(migration) }
                guard replace else { throw Self.refusal(migration, names) }
                try DBSteps(target).confirmLoss("Drop the \(names.count) tables of these that the source has too?", yes: yes)
                try Migration.discard(writer, names)
                try finish(Migration(from: source.open(), named: name, to: writer))
            }
        }

        private static func refusal(_ migration: Migration, _ names: [TableName]) -> ToolkitError {
            let what =
                migration.isForeign
                ? "the target holds an unfinished migration of another source"
                : "the target has \(names.map(\.description).joined(separator: ", ")) already"
            return ToolkitError("\(what): nothing was changed. Give --replace to drop these tables, or take an empty database")
        }

        private func finish(_ migration: Migration) throws {
            if migration.isResumed { DBTerminal.warn("An earlier run was interrupted: going on with it.") }
            let view = MigrationProgress()
            let report = try migration.run(copying: view.copying, saying: view.saying)
            view.finish()
            switch output {
            case .table: for line in report.lines { DBTerminal.say(line) }
            case .json: try JSONOutput.print(report)
            }
            guard report.isEqual else {
                throw ToolkitError(
                    "the tables marked DIFFERENT are not the same on both sides: has the source changed meanwhile?")
            }
        }
    }
}
