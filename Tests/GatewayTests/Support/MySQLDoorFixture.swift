import AWSWire
import Foundation
import Routing

@testable import Gateway

/// A gateway in front of the real MariaDB, with one route.
final class MySQLDoorFixture {
    let gateway: GatewayFixture
    let certificates: TestCertificates
    let server: MariaDBServer
    var route: Route
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    /// - Parameter tls: a certificate for the endpoint; `isRequired` as `require_secure_transport`.
    init(
        limits: GatewayOptions.Limits = .init(), startupTimeout: Duration = .seconds(60), tls: Bool = true,
        isRequired: Bool = false
    ) async throws {
        server = try MariaDBServer.shared.get()
        gateway = try await GatewayFixture(limits: limits, startupTimeout: startupTimeout, name: "mydoor")
        certificates = try TestCertificates(directory: gateway.directory)
        route = GatewayFixture.route(server.socket, port: 3306, wire: .mysql)
        route.namesClient = true
        if tls { route.tls = try certificates.issue("one", isRequired: isRequired, address: route.address) }
    }

    func apply() async throws { _ = try await gateway.apply([route]) }

    func enableIAM() throws {
        let path = "\(gateway.directory)/keys.json"
        try Data(#"[{"id":"AKIDEXAMPLE","secret":"\#(Self.secret)"}]"#.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        route.iam = Route.IAM(
            region: "us-east-1", hosts: [route.address], port: route.port, accessKeysFile: path, wordFile: server.wordFile)
    }

    func token(user: String = "jane", age: TimeInterval = 0, padding: Int = 0) -> String {
        let authority = "\(route.address):\(route.port)"
        let signer = RequestSigner(
            accessKey: AccessKey(id: "AKIDEXAMPLE", secret: Self.secret), region: "us-east-1", service: "rds-db")
        var parameters = [("Action", "connect"), ("DBUser", user)]
        // As temporary credentials make tokens longer than a kilobyte.
        if padding > 0 { parameters.append(("Padding", String(repeating: "x", count: padding))) }
        let query = signer.presignedQuery(
            host: authority, parameters: parameters, expiresSeconds: 900, at: Date().addingTimeInterval(-age))
        return "\(authority)/?\(query)"
    }

    /// The `mariadb` client, with the certificate and the address in it verified where there is TLS.
    func mysql(
        _ sql: String = "select current_user()", user: String = "alice", password: String = "secret", tls: Bool = true,
        options: [String] = []
    ) throws -> Shell.Outcome {
        let secure = tls ? ["--ssl-ca=\(certificates.authority)", "--ssl-verify-server-cert"] : ["--skip-ssl"]
        return try Shell.run(
            "timeout",
            ["20", "mariadb", "--no-defaults", "-N", "-B", "-h", route.address, "-P", "\(route.port)", "-u", user] + secure
                + options
                + ["-e", sql],
            environment: ["MYSQL_PWD": password])
    }

    func events() async throws -> [GatewayControl.LoginEvent] { try await gateway.client.events(after: 0).events.events }

    func close() async throws { try await gateway.close() }
}
