internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

/// Cruddur: people, and what they say for a while.
@main
struct Cruddur: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Cruddur",
        abstract: "Cruddur's backend on PostgreSQL.",
        discussion: """
            The database is CONNECTION_URL's, in the environment or in .env. READER_URL may name
            replicas; with DB_SECRET_ARN user and password come from Secrets Manager.
            OTEL_TRACES_EXPORTER=console writes a line for each span to standard error.
            """,
        subcommands: [Serve.self, PostConfirmation.self], defaultSubcommand: Self.usual)

    /// In AWS Lambda a program is started without arguments, and told by its environment where it is.
    private static var usual: any ParsableCommand.Type {
        ProcessInfo.processInfo.environment["AWS_LAMBDA_RUNTIME_API"] == nil ? Serve.self : PostConfirmation.self
    }

    /// - Throws: for a database that is none, or not PostgreSQL.
    static func database(_ environment: [String: String]) throws -> DatabaseConfiguration {
        let configuration = try AppDatabase.configuration(environment, databaseName: "cruddur", application: "cruddur")
        guard configuration.writer.engine == .postgresql else {
            throw ValidationError(
                "Cruddur needs PostgreSQL: set CONNECTION_URL=postgresql://USER:PASSWORD@HOST:5432/cruddur, "
                    + "in the environment or in .env."
            )
        }
        return configuration
    }
}
