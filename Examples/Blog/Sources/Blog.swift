internal import ArgumentParser
internal import DatabaseClient
internal import Support

/// Posts and comments on MySQL.
@main
struct Blog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Blog",
        abstract: "A blog on MySQL.",
        discussion: """
            DB_ENDPOINT, DB_USERNAME, DB_PASSWORD, DB_NAME (blogdb) and DB_SSL_CA say where the posts are, or CONNECTION_URL
            does, in the environment or in .env. READER_URL names replicas, with spaces between them; reads go there. With
            DB_SECRET_ARN user and password come from Secrets Manager.
            """,
        subcommands: [Serve.self, AddPost.self], defaultSubcommand: Serve.self)

    /// The note's pool: five connections are kept, ten more are opened under load, and nobody waits longer than 30 seconds.
    static func database(_ environment: [String: String], poolTimeout: Int = 30) throws -> Database {
        var configuration = try AppDatabase.configuration(environment, databaseName: "blogdb", application: "blog")
        guard configuration.writer.engine == .mysql else {
            throw ValidationError(
                "The blog needs MySQL: set DB_ENDPOINT, DB_USERNAME and DB_PASSWORD, in the environment or in .env.")
        }
        configuration.pool.maximum = 5
        configuration.pool.overflow = 10
        configuration.pool.acquireTimeout = .seconds(poolTimeout)
        configuration.readerPool = configuration.pool
        return try Database(configuration)
    }
}
