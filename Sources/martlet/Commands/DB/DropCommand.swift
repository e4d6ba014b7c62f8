internal import ArgumentParser
internal import Foundation
internal import Toolkit

extension DBCommand {
    struct DropCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop",
            abstract: "Drop the database, after showing what would be lost and asking.",
            discussion: """
                What is not on this machine wants its name typed. While somebody is connected it is refused, with who it is;
                --end-sessions ends them (SQLite has none: the processes that hold the file must close it).

                EXAMPLES
                  martlet db drop
                  martlet db drop --instance mydb --database cruddur --end-sessions --data-dir DIR
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Flag(help: "Do not ask.")
        var yes = false

        @Flag(help: "End the sessions that are open in it.")
        var endSessions = false

        @Flag(help: "No database of that name is no error.")
        var ifExists = false

        func run() async throws {
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            DBTerminal.label("db-drop")
            try await target.explaining {
                try DBSteps(target).drop(yes: yes, endSessions: endSessions, ifExists: ifExists)
            }
        }
    }
}
