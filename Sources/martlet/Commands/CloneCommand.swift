internal import ArgumentParser
internal import Foundation

struct CloneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Make a DB instance that begins with another one's data.",
        discussion: """
            Takes a snapshot of SOURCE while it works, restores it as NEW, waits until NEW lets clients in, and deletes the
            snapshot. NEW has the class, port, groups and master user of SOURCE, and goes its own way from then on. For many
            clones of the same data take one snapshot and give it as snapshot:NAME. Ends with 0 once NEW is available.

            EXAMPLES
              martlet clone mydb mydb-test --data-dir DIR
              martlet clone seeded job-17 --output json
              martlet clone snapshot:seeded-monday job-17 --class db.t3.medium
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: "The region of both. Default: the one that martlet env names.")
    var region: String?

    @Argument(help: "The DB instance to be cloned, or snapshot:NAME.")
    var source: String

    @Argument(help: "The identifier of the new DB instance.")
    var new: String

    @Option(name: .customLong("class"), help: "The new instance's class. Default: the source's.")
    var instanceClass: String?

    @Option(help: "The new instance's port. Default: the source's.")
    var port: Int?

    @Option(help: ArgumentHelp("How long to wait for all of it.", valueName: "seconds"))
    var timeout: Int = 3600

    @Option(help: "text or json: the endpoint, or one object.")
    var output: Output = .text

    func validate() throws {
        if let port, !(1150...65_535).contains(port) { throw ValidationError("--port takes a number from 1150 to 65535.") }
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes a number from 1 to 86400.") }
    }

    func run() async throws {
        let progress = CloneProgress()
        let run = CloneRun(
            client: try ControlPlaneClient(dataDirectory.directory(), region: region), instanceClass: instanceClass, port: port,
            deadline: .now + .seconds(timeout), progress: progress)
        let clone = try await run.perform(source, as: new)
        switch output {
        case .text: print("\(clone.address):\(clone.port)")
        case .json: try JSONOutput.print(clone)
        }
    }
}
