internal import ArgumentParser
internal import DatabaseURLs
internal import Toolkit

extension DBCommand {
    struct URLCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "url",
            abstract: "Print the database's URL, every part escaped, whatever the password holds.",
            discussion: """
                The URL holds the password: catch it in a variable rather than on the screen. That of an instance asks for a
                server that proves who it is, and names the certificates: --ca-bundle, else those of the Martlet.

                EXAMPLES
                  export CONNECTION_URL="$(martlet db url --instance mydb --data-dir DIR)"
                  PGPASSWORD='p@ss/word!' martlet db url --url postgresql://me@localhost/app
                  martlet db url --no-password
                """)

        enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Flag(inversion: .prefixedNo, help: "With the password, if there is one.")
        var password = true

        @Option(help: "text or json.")
        var output: Output = .text

        @OptionGroup var answers: DBAnswerOptions

        private struct Parts: Encodable {
            var url: String
            var engine: String
            var host: String?
            var port: Int?
            var user: String?
            var database: String?
            var source: String
        }

        func run() async throws {
            let target = try await options.target(isProduction: DBWords.isProduction(words), connects: false)
            var address = target.address
            if !password { address.password = nil }
            let url = address.url
            if address.tls?.verifies == true, address.caFile == nil {
                DBTerminal.warn(
                    "NOTE:  the URL has the server proved, and names no certificates to do it with: give --ca-bundle FILE "
                        + "(martlet ca > FILE)")
            }
            switch output {
            case .text: DBTerminal.say(url.text)
            case .json:
                try JSONOutput.print(
                    Parts(
                        url: url.text, engine: url.engine.rawValue, host: url.host, port: url.port, user: url.user,
                        database: url.database, source: target.source))
            }
        }
    }
}
