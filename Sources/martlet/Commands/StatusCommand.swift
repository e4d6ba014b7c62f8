internal import ArgumentParser
internal import Foundation
internal import PrivateFiles

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what runs: the control plane, the gateway, and every DB instance.",
        discussion: """
            Works with and without a running control plane. Reasons for trouble are below the table.

            EXAMPLES
              martlet status --data-dir DIR
              martlet status --data-dir DIR --output json
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: "table or json.")
    var output: Output = .table

    func run() async throws {
        let directory = try dataDirectory.directory()
        let report = try await Self.report(directory)
        switch output {
        case .table: print(StatusTable.render(report, colour: isatty(STDOUT_FILENO) == 1))
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        }
    }

    static func report(_ directory: DataDirectory) async throws -> StatusReport {
        guard directory.exists else {
            throw InstallationError(
                "\(directory.path) is not a Martlet data directory. Start one: martlet serve --data-dir \(directory.path)")
        }
        if ServeLock.holder(of: directory) != nil,
            let running = try PrivateFile.read(RunningServe.self, from: directory.runFile),
            let token = try PrivateFile.read(String.self, from: directory.tokenFile)
        {
            return try await StatusClient.report(of: running, token: token)
        }
        return try await OfflineInstallation(directory, isBrief: true).status()
    }
}
