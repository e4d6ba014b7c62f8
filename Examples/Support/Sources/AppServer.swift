public import DatabaseClient
public import Hummingbird
public import Logging
public import ServiceLifecycle

/// Serves a router until SIGTERM or SIGINT, finishes the requests it has, and closes the database after them.
public struct AppServer {
    public var name: String
    public var listen: ListenAddress
    public var database: Database
    public var logger: Logger

    public init(name: String, listen: ListenAddress, database: Database, logger: Logger) {
        self.name = name
        self.listen = listen
        self.database = database
        self.logger = logger
    }

    public func run(_ router: Router<BasicRequestContext>, services: [any Service] = []) async throws {
        let (name, listen) = (name, listen)
        var application = Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(address: .hostname(listen.host, port: listen.port), serverName: name),
            onServerRunning: { channel in
                var place = listen
                place.port = channel.localAddress?.port ?? 0
                StandardError.write(line: "\(name) answers on http://\(place)/")
            }, logger: logger)
        application.addServices(services)
        try await database.closing { [application] in try await application.runService() }
    }

    /// A logger on standard error, at the level of `LOG_LEVEL` (`info`).
    public static func logger(_ name: String, _ environment: [String: String]) -> Logger {
        var logger = Logger(label: name) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = environment["LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .info
        return logger
    }
}
