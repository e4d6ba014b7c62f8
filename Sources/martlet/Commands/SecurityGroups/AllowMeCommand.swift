internal import ArgumentParser
internal import Foundation
internal import Resources

struct AllowMeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow-me",
        abstract: "Let this machine through: add a rule to a group, or point a rule of it here.",
        discussion: """
            The address is the one that the kernel gives connections from this machine to an endpoint of the group; behind a
            router that translates addresses, give yours with --address. A group (sg-… or its name) gets a new rule; a rule
            (sgr-…) keeps its id, protocol, ports and description, and admits this address instead of the former.

            EXAMPLES
              martlet sg allow-me sg-0123456789abcdef0 --data-dir DIR
              martlet sg allow-me RULE --address 203.0.113.7 --data-dir DIR
            """)

    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var regions: RegionOptions

    @Argument(help: "A group (sg-… or its name) or a rule (sgr-…).")
    var target: String

    @Option(help: "The port. Default: the instance's, else 5432; a rule keeps its own.")
    var port: Int?

    @Option(help: "The address to admit. Default: this machine's, as the endpoint sees it.")
    var address: String?

    @Option(
        help: ArgumentHelp(
            "The DB instance whose endpoint is asked about. Default: the first that has the group.", valueName: "id"))
    var instance: String?

    func validate() throws {
        if let port, !(1...65_535).contains(port) { throw ValidationError("--port takes a number from 1 to 65535.") }
        if let address, IPAddress(address) == nil {
            throw ValidationError("--address takes an IPv4 or IPv6 address; \(address) is none.")
        }
    }

    func run() async throws {
        let client = try ControlPlaneClient(dataDirectory.directory(), region: regions.region)
        let admission = Admission(client: client, port: port, address: address.flatMap(IPAddress.init), instance: instance)
        print(target.hasPrefix("sgr-") ? try await admission.repoint(rule: target) : try await admission.authorize(group: target))
    }
}
