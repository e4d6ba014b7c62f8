import DatabaseClient

/// Where passwords come from. Not run by the tour: it needs an instance.
enum Logins {
    /// RDS's managed secret, read again by itself when it was rotated. TLS is verified against the bundle.
    static func secretsManager(endpoint: String, secret: String) throws -> DatabaseConfiguration {
        var configuration = try DatabaseConfiguration(url: "postgresql://\(endpoint):5432/cruddur")
        configuration.caBundle = "rds-ca.pem"  // `martlet ca`, or AWS's global-bundle.pem
        configuration.credentials = SecretsManagerCredentials(secretID: secret, keys: try AWSKeys(), region: "us-east-1")
        return configuration
    }

    /// No password at all: a token for each connection, made in this process.
    static func iam(endpoint: String) throws -> DatabaseConfiguration {
        var configuration = try DatabaseConfiguration(url: "mysql://\(endpoint):3306/blog?ssl_ca=rds-ca.pem")
        configuration.credentials = IAMCredentials(user: "app", keys: try AWSKeys(), region: "us-east-1")
        return configuration
    }

    /// A writer and its replicas.
    static func replicas(writer: String, readers: [String]) throws -> DatabaseConfiguration {
        try DatabaseConfiguration(url: writer, readers: readers)
    }
}
