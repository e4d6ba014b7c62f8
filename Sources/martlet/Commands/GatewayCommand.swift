internal import ArgumentParser
internal import Gateway

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Run the gateway: the process that clients of the databases connect to.",
        discussion: """
            serve starts it and keeps it running, so this is rarely needed by hand. It reads DIR/gateway/routes.json and relays
            each endpoint to its server; it needs no control plane to do so.

            EXAMPLE
              martlet gateway --data-dir DIR
            """)

    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var logs: LogOptions
    @OptionGroup var relay: RelayOptions

    func run() async throws {
        let directory = try dataDirectory.directory()
        let relay = try relay.relay()
        StartupPages.releaseOnce(after: 2)
        try await GatewayServer(
            options: GatewayOptions(directory: directory.path, relay: relay), logger: logs.logger("gateway")
        ).run()
    }
}
