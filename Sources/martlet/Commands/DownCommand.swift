internal import ArgumentParser
internal import Foundation

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop everything cleanly: control plane, databases and gateway.",
        discussion: """
            Data stays. The next serve starts the databases that were running. Deleting the directory afterwards removes every
            trace.

            EXAMPLE
              martlet down --data-dir DIR
            """)

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: "Seconds that the control plane and each database are given to end by themselves.")
    var grace: Int = 30

    func validate() throws {
        guard (1...3600).contains(grace) else { throw ValidationError("--grace must be between 1 and 3600 seconds.") }
    }

    func run() async throws {
        let directory = try dataDirectory.directory()
        guard directory.exists else {
            say("\(directory.path) is not a Martlet data directory: nothing to stop.")
            return
        }
        try await stopControlPlane(directory)
        let installation = try OfflineInstallation(directory)
        try await installation.stopServers(grace: .seconds(grace), say: say)
        try await installation.stopGateway(say: say)
        try installation.unmountVolumes(say: say)
        try await installation.clearTraces()
        say("Everything is stopped. Data: \(directory.path)")
    }

    private func stopControlPlane(_ directory: DataDirectory) async throws {
        guard let process = ServeLock.holder(of: directory) else { return }
        say("Stopping the control plane (process \(process)).")
        kill(process, SIGTERM)
        let deadline = ContinuousClock.now + .seconds(grace)
        while ServeLock.holder(of: directory) != nil {
            guard ContinuousClock.now < deadline else {
                throw InstallationError("the control plane (process \(process)) has not ended within \(grace) s")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func say(_ text: String) { print(text) }
}
