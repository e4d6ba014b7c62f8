internal import ArgumentParser
internal import Convergence
internal import Foundation
internal import Resources

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Explain whether an endpoint can be reached, layer by layer.",
        discussion: """
            Looks at name, listener, security groups, TLS and login, and changes nothing. Ends with 0 when the endpoint is
            reachable, else with 1. Without --from the client is this machine, with the address that the kernel gives its
            connections.

            EXAMPLES
              martlet why mydb --data-dir DIR
              martlet why ENDPOINT:5432 --from 203.0.113.7 --data-dir DIR
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Argument(help: "HOST:PORT, a host, an address, or a DB instance identifier.")
    var endpoint: String

    @Option(help: ArgumentHelp("The client's address. Default: this machine's.", valueName: "address"))
    var from: String?

    @Option(help: "table or json.")
    var output: Output = .table

    func validate() throws {
        if let from, IPAddress(from) == nil { throw ValidationError("--from takes an IPv4 or IPv6 address; \(from) is none.") }
    }

    func run() async throws {
        let directory = try dataDirectory.directory()
        let report = try await StatusCommand.report(directory)
        let facts = try await ReachabilityProbe(directory: directory, report: report)
            .facts(endpoint, from: from.flatMap(IPAddress.init))
        let finding = Reachability(facts)
        switch output {
        case .table: print(ReachabilityTable.render(finding))
        case .json: try JSONOutput.print(finding)
        }
        if !finding.reachable { throw ExitCode(1) }
    }
}
