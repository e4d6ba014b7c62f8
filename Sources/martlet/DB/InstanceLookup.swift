internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// From a DB instance's identifier to its address and login, through the RDS API and Secrets Manager.
struct InstanceLookup {
    let options: DBTargetOptions
    let environment: [String: String]
    let trust: CertificateTrust

    func address(of id: String) async throws -> DatabaseAddress {
        let api = try client()
        let answer = try await api.rds("DescribeDBInstances", [(name: "DBInstanceIdentifier", value: id)])
        guard let instance = answer["DBInstances"]?["DBInstance"] else { throw ToolkitError("there is no DB instance \(id)") }
        guard let host = instance.text("Endpoint.Address"), let port = instance.text("Endpoint.Port").flatMap({ Int($0) }) else {
            throw ToolkitError("\(id) has no endpoint yet: it is \(instance.text("DBInstanceStatus") ?? "in an unknown state")")
        }
        var address = DatabaseAddress(try dialect(instance.text("Engine") ?? ""), host: host, port: port)
        address.user = instance.text("MasterUsername") ?? ""
        let name = options.database ?? instance.text("DBName")
        address.database = name ?? (address.dialect == .postgresql ? "postgres" : "")
        // Names and addresses of instances alike: what production verifies is verified here.
        address.tls = .verifyFull
        if let secret = instance.text("MasterUserSecret.SecretArn") { try await apply(secret, to: &address, api) }
        return address
    }

    private func dialect(_ engine: String) throws -> Dialect {
        if engine.contains("postgres") { return .postgresql }
        if engine.contains("mysql") || engine.contains("mariadb") { return .mysql }
        throw ToolkitError("martlet db works with PostgreSQL and MySQL/MariaDB instances; this one is \(engine)")
    }

    private func apply(_ secret: String, to address: inout DatabaseAddress, _ api: AWSClient) async throws {
        struct Login: Decodable {
            var username: String?
            var password: String
        }
        let text = try await api.secret(secret)
        let login: Login
        do {
            login = try JSONDecoder().decode(Login.self, from: Data(text.utf8))
        } catch {
            // What is wrong with it would show what is in it.
            throw ToolkitError("the secret \(secret) does not hold a username and a password")
        }
        address.user = login.username ?? address.user
        address.password = login.password
    }

    /// `--data-dir` first, then the access key in the environment, then `MARTLET_DATA_DIR`.
    private func client() throws -> AWSClient {
        if options.dataDirectory == nil, let found = AWSClient(environment: environment, region: options.region) { return found }
        guard let directory = trust.directory else {
            throw ToolkitError(
                "where is the instance? Give --data-dir DIR, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
                    + "(and AWS_ENDPOINT_URL): eval \"$(martlet env --data-dir DIR)\"")
        }
        return try ControlPlaneClient(directory, region: options.region).api
    }
}
