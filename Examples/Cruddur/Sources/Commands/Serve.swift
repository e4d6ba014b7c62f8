internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Hummingbird
internal import Support

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves the API and the page (what happens without a subcommand).")

    @Option(help: ArgumentHelp("Where to answer.", valueName: "HOST:PORT"))
    var listen = "127.0.0.1:4567"

    @Option(help: "How many connections to the database are kept; twice as many more are opened under load.")
    var connections = 5

    @Option(help: ArgumentHelp("How often what has expired is deleted.", valueName: "SECONDS"))
    var sweepEvery = 60

    @Flag(help: "Each request reads its feed for itself, also when many ask for the same at once.")
    var separateReads = false

    func validate() throws {
        guard ListenAddress(listen) != nil else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
        guard (1...1000).contains(connections) else { throw ValidationError("--connections takes 1 to 1000.") }
        guard (1...86_400).contains(sweepEvery) else { throw ValidationError("--sweep-every takes 1 to 86400 seconds.") }
    }

    func run() async throws {
        let environment = try DotEnv.environment()
        try SpanLog.bootstrap(service: "cruddur", environment)
        var configuration = try Cruddur.database(environment)
        configuration.pool.maximum = connections
        configuration.pool.overflow = connections * 2
        configuration.readerPool = configuration.pool
        guard let address = ListenAddress(listen) else { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
        let logger = AppServer.logger("cruddur", environment)
        let database = try Database(configuration)
        let server = AppServer(name: "Cruddur", listen: address, database: database, logger: logger)
        let activities = Activities(database, sharesFeeds: !separateReads)
        let sweeper = Sweeper(activities: activities, every: .seconds(sweepEvery), logger: logger)
        try await server.run(Routes.router(activities), services: [sweeper])
    }
}
