internal import ArgumentParser
internal import Foundation

struct ListGroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the security groups of a region: rules, instances, registered addresses.",
        discussion: """
            EXAMPLE
              martlet sg list --data-dir DIR --region eu-west-1
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var regions: RegionOptions

    @Option(help: "table or json.")
    var output: Output = .table

    func run() async throws {
        let client = try ControlPlaneClient(dataDirectory.directory(), region: regions.region)
        let body = try await client.page("GET", "\(GroupPage.path)?region=\(client.region)")
        let report = try JSONDecoder().decode(GroupReport.self, from: body)
        switch output {
        case .table: print(GroupTable.render(report))
        case .json: try JSONOutput.print(report)
        }
    }
}
