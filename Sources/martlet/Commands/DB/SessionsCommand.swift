internal import ArgumentParser
internal import Toolkit

extension DBCommand {
    struct SessionsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sessions",
            abstract: "List who is connected, and end a session.",
            discussion: """
                pg_stat_activity in PostgreSQL, the process list in MySQL; for SQLite the processes that have the file open.

                EXAMPLES
                  martlet db sessions
                  martlet db sessions --watch 2
                  martlet db sessions --kill 4711
                """)

        enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Option(help: ArgumentHelp("List them again every so many seconds, until interrupted.", valueName: "seconds"))
        var watch: Int?

        @Option(help: ArgumentHelp("End this session.", valueName: "process_id"))
        var kill: Int?

        @Option(help: "table or json.")
        var output: Output = .table

        func validate() throws {
            if let watch, !(1...3600).contains(watch) { throw ValidationError("--watch takes 1 to 3600 seconds.") }
            if watch != nil, kill != nil || output == .json {
                throw ValidationError("--watch goes with neither --kill nor --output json.")
            }
        }

        func run() async throws {
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            try await target.explaining {
                let session = try target.openServer()
                defer { session?.close() }
                if let kill {
                    try DatabaseSessions.end(kill, target.address, session)
                    return DBTerminal.say("Session \(kill) was ended.")
                }
                try show(DatabaseSessions.list(target.address, session))
                while let watch {
                    try await Task.sleep(for: .seconds(watch))
                    if DBTerminal.hasColour { DBTerminal.say("\u{1b}[2J\u{1b}[H") }
                    try show(DatabaseSessions.list(target.address, session))
                }
            }
        }

        private func show(_ sessions: [DatabaseSession]) throws {
            switch output {
            case .table: DBTerminal.say(TextTable.psql(DatabaseSession.header, sessions.map(\.row)).joined(separator: "\n"))
            case .json: try JSONOutput.print(sessions)
            }
        }
    }
}
