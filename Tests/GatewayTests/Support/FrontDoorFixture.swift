import AWSWire
import Foundation
import Routing

@testable import Gateway

/// A gateway in front of the real server, with one route, and the clients that people use.
final class FrontDoorFixture {
    let gateway: GatewayFixture
    let certificates: TestCertificates
    var route: Route
    static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    init(limits: GatewayOptions.Limits = .init(), startupTimeout: Duration = .seconds(60)) async throws {
        let server = try PostgresServer.shared.get()
        gateway = try await GatewayFixture(limits: limits, startupTimeout: startupTimeout, name: "door")
        certificates = try TestCertificates(directory: gateway.directory)
        route = GatewayFixture.route(server.socket)
    }

    @discardableResult
    func apply() async throws -> GatewayControl.Listener? { try await gateway.apply([route]).listeners.first }

    /// Rules that admit these blocks.
    func admit(_ blocks: [String], refusal: Route.Access.Refusal = .diagnose) {
        let rule = Route.Access.Rule(id: "sgr-1", group: "sg-0123", blocks: blocks)
        route.access = Route.Access(
            refusal: refusal, groups: ["sg-0123"], rules: blocks.isEmpty ? [] : [rule], region: "eu-west-1")
    }

    func enableIAM() throws {
        let path = "\(gateway.directory)/keys.json"
        try Data(#"[{"id":"AKIDEXAMPLE","secret":"\#(Self.secret)"}]"#.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        route.iam = Route.IAM(
            region: "us-east-1", hosts: [TestCertificates.host, route.address], port: route.port, accessKeysFile: path)
    }

    func token(
        user: String = "iam_user", host: String = TestCertificates.host, port: Int? = nil, region: String = "us-east-1",
        key: String = "AKIDEXAMPLE", secret: String = secret, age: TimeInterval = 0
    ) -> String {
        let authority = "\(host):\(port ?? route.port)"
        let signer = RequestSigner(accessKey: AccessKey(id: key, secret: secret), region: region, service: "rds-db")
        let query = signer.presignedQuery(
            host: authority, parameters: [("Action", "connect"), ("DBUser", user)], expiresSeconds: 900,
            at: Date().addingTimeInterval(-age))
        return "\(authority)/?\(query)"
    }

    func psql(
        _ sql: String = "select current_user", user: String = "alice", password: String = "secret", sslmode: String = "prefer",
        options: String = ""
    ) throws -> Shell.Outcome {
        try Shell.run(
            "psql",
            [
                "-XAtq", "-d",
                "host=\(TestCertificates.host) hostaddr=\(route.address) port=\(route.port) user=\(user) dbname=postgres "
                    + "sslmode=\(sslmode) sslrootcert=\(certificates.authority) connect_timeout=20 \(options)", "-c", sql,
            ], environment: ["PGPASSWORD": password])
    }

    /// `openssl s_client`, which says what it is told to and prints what it hears.
    func tlsClient(_ options: [String], input: [UInt8]) throws -> Shell.Outcome {
        try Shell.run(
            "timeout", ["10", "openssl", "s_client", "-connect", "\(route.address):\(route.port)"] + options, input: input)
    }

    func events() async throws -> [GatewayControl.LoginEvent] { try await gateway.client.events(after: 0).events.events }

    func close() async throws { try await gateway.close() }
}
