internal import ArgumentParser
internal import DatabaseClient
internal import Support

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves the API (what happens without a subcommand).")

    @Option(help: ArgumentHelp("Where to answer.", valueName: "HOST:PORT"))
    var listen = "127.0.0.1:8086"

    func validate() throws {
        guard ListenAddress(listen) != nil else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
    }

    func run() async throws {
        let environment = try DotEnv.environment()
        try SpanLog.bootstrap(service: "user-management", environment)
        guard let address = ListenAddress(listen) else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
        let database = try Database(try UserManagement.configuration(environment))
        let logger = AppServer.logger("user-management", environment)
        try await AppServer(name: "User management", listen: address, database: database, logger: logger)
            .run(Routes.router(database))
    }
}
