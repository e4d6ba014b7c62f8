internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

/// The users and groups of a classroom.
@main
struct UserManagement: AsyncParsableCommand {
    static let databaseName = "user_management"

    static let configuration = CommandConfiguration(
        commandName: "UserManagement",
        abstract: "Users and groups of a classroom: SQLite in development, MySQL in production.",
        discussion: """
            With DB_ENDPOINT, DB_USERNAME and DB_PASSWORD, in the environment or in .env, the users are in MySQL's database
            user_management; DB_SSL_CA names the certificates to trust. With none of these they are in volumes/user_management.db.
            """,
        subcommands: [Serve.self, Initialize.self, Migrate.self, Backup.self, AddUser.self], defaultSubcommand: Serve.self)

    static func configuration(_ environment: [String: String]) throws -> DatabaseConfiguration {
        let configuration = try AppDatabase.configuration(
            environment, databaseName: databaseName, application: "user-management")
        guard configuration.writer.engine != .postgresql else {
            throw ValidationError("Users are kept in SQLite or MySQL; CONNECTION_URL names PostgreSQL.")
        }
        return configuration
    }

    /// Opens the database of the environment for the time of `body`.
    static func withDatabase<Value>(
        _ configuration: DatabaseConfiguration, _ body: (Database) async throws -> Value
    ) async throws -> Value {
        let database = try Database(configuration)
        return try await database.closing { try await body(database) }
    }
}
