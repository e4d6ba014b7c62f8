public import DatabaseClient
internal import Foundation

/// The database of an app, by its environment alone.
public enum AppDatabase {
    public struct Mistake: Error, CustomStringConvertible {
        public var description: String
    }

    /// `DatabaseConfiguration.fromEnvironment`, and two settings more: `DB_SSL_CA` names the certificates to trust, and with
    /// `DB_SECRET_ARN` user and password come from Secrets Manager, again and again as they are rotated.
    ///
    /// - Parameters:
    ///   - databaseName: what the database is called where the environment does not say.
    ///   - application: what the server's session list shows.
    /// - Throws: `Mistake`.
    public static func configuration(
        _ environment: [String: String], databaseName: String, application: String
    ) throws -> DatabaseConfiguration {
        var configuration: DatabaseConfiguration
        do {
            configuration = try DatabaseConfiguration.fromEnvironment(environment, databaseName: databaseName)
        } catch {
            throw Mistake(description: error.description)
        }
        configuration.applicationName = application
        if let bundle = environment["DB_SSL_CA"], !bundle.isEmpty { configuration.caBundle = bundle }
        if let secret = environment["DB_SECRET_ARN"], !secret.isEmpty {
            configuration.credentials = try credentials(secret, environment)
        }
        return configuration
    }

    private static func credentials(_ secret: String, _ environment: [String: String]) throws -> SecretsManagerCredentials {
        // arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
        let parts = secret.split(separator: ":", omittingEmptySubsequences: false)
        let own = parts.count > 4 && parts[0] == "arn" ? String(parts[3]) : nil
        guard let region = own ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] else {
            throw Mistake(description: "DB_SECRET_ARN is no ARN, and AWS_REGION does not say where the secret is.")
        }
        return SecretsManagerCredentials(
            secretID: secret, keys: try AWSKeys(environment: environment), region: region, environment: environment)
    }
}
