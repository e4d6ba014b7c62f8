internal import ArgumentParser
internal import DatabaseClient
internal import Support

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves the blog (what happens without a subcommand).")

    @Option(help: ArgumentHelp("Where to answer.", valueName: "HOST:PORT"))
    var listen = "127.0.0.1:5000"

    @Option(help: ArgumentHelp("The longest wait for a connection of the pool.", valueName: "SECONDS"))
    var poolTimeout = 30

    func validate() throws {
        guard ListenAddress(listen) != nil else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
        guard (1...3600).contains(poolTimeout) else { throw ValidationError("--pool-timeout takes 1 to 3600 seconds.") }
    }

    func run() async throws {
        let environment = try DotEnv.environment()
        try SpanLog.bootstrap(service: "blog", environment)
        guard let address = ListenAddress(listen) else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
        let database = try Blog.database(environment, poolTimeout: poolTimeout)
        do {
            try await Schema.make(in: database)
        } catch {
            await database.shutdown()
            throw error
        }
        let logger = AppServer.logger("blog", environment)
        try await AppServer(name: "Blog", listen: address, database: database, logger: logger).run(Routes.router(database))
    }
}
