import DatabaseClient
import Foundation
import Testing

/// A certificate for `localhost` that nobody else signed, and its key, in a server's directory.
private enum Certificate {
    static let tool = program("openssl")

    static func make(_ name: String, in server: TestServer) async throws {
        try await server.prepare([
            tool ?? "", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(server.directory)/\(name).key", "-out",
            "\(server.directory)/\(name).crt",
        ])
    }

    static func makeBoth(in server: TestServer) async throws {
        try await make("server", in: server)
        try await make("stranger", in: server)
    }
}

/// The same for both protocols: who is believed, and who is not.
private struct Verification {
    /// A server whose certificate is for `localhost`, reached by `127.0.0.1` as well.
    let server: TestServer
    let url: (_ host: String) -> DatabaseURL

    private func connect(_ host: String, bundle: String, _ mode: TLSMode? = nil) async throws {
        var configuration = DatabaseConfiguration(url(host))
        configuration.caBundle = server.directory + "/" + bundle
        if let mode { configuration.tls = mode }
        let one = try await withDatabase(configuration) { try await $0.first("SELECT 1", as: Int.self) }
        #expect(one == 1)
    }

    func all() async throws {
        try await connect("localhost", bundle: "server.crt")
        try await connect("127.0.0.1", bundle: "server.crt", .require)
        try await connect("127.0.0.1", bundle: "server.crt", .disable)
        try await refused("127.0.0.1", bundle: "server.crt")
        try await refused("localhost", bundle: "stranger.crt")
    }

    private func refused(_ host: String, bundle: String) async throws {
        let error = await #expect(throws: DatabaseError.self) { try await connect(host, bundle: bundle) }
        guard case .connectFailed(let failure) = error else { throw TestFailure("\(String(describing: error))") }
        #expect(failure.hint?.contains("certificate") == true && !failure.isTransient, "\(failure)")
    }
}

@Suite("TLS", .enabled(if: program("openssl") != nil, "openssl is not installed"), .timeLimit(.minutes(3)))
struct TLSTests {
    @Test(
        "PostgreSQL: the certificate must be known, and be for this host",
        .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"))
    func postgreSQL() async throws {
        let settings = ["ssl = on", "ssl_cert_file = '../server.crt'", "ssl_key_file = '../server.key'"]
        try await TestPostgreSQL.with(settings: settings, prepare: Certificate.makeBoth) { server in
            func url(_ host: String) -> DatabaseURL {
                DatabaseURL(engine: .postgresql, user: "app", host: host, port: server.port, database: "postgres")
            }
            let verification = Verification(server: server.server, url: url)
            try await verification.all()
            var configuration = DatabaseConfiguration(url("127.0.0.1"))
            configuration.caBundle = server.server.directory + "/server.crt"
            configuration.tls = .verifyCA
            let isEncrypted = try await withDatabase(configuration) { db in
                try await db.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self)
            }
            #expect(isEncrypted == true)
        }
    }

    @Test(
        "MariaDB: the certificate must be known, and be for this host",
        .enabled(if: TestMariaDB.isInstalled, "MariaDB is not installed"))
    func mariaDB() async throws {
        let settings = ["--ssl-cert=DIRECTORY/server.crt", "--ssl-key=DIRECTORY/server.key"]
        try await TestMariaDB.with(settings: settings, prepare: Certificate.makeBoth) { server in
            func url(_ host: String) -> DatabaseURL {
                DatabaseURL(engine: .mysql, user: "root", password: "", host: host, port: server.port, database: "test")
            }
            try await Verification(server: server.server, url: url).all()
            var configuration = DatabaseConfiguration(url("localhost"))
            configuration.caBundle = server.server.directory + "/server.crt"
            try await withDatabase(configuration) { db in
                let row = try #require(try await db.query("SHOW STATUS LIKE 'Ssl_cipher'").first)
                #expect(try !row.decode("Value", as: String.self).isEmpty)
                try await longOnesDoNotBlock(db)
            }
        }
    }

    /// More statements that take long than there are threads for tasks; then a cancelled one.
    private func longOnesDoNotBlock(_ db: Database) async throws {
        let sleepers = (0..<12).map { number in Task { try await db.query("SELECT SLEEP(30), \(number)") } }
        try await eventually("all run") { try await TestMariaDB.sleepers(db) == sleepers.count }
        for sleeper in sleepers { sleeper.cancel() }
        // SLEEP ends with 1 and no error when it is killed.
        for sleeper in sleepers { do { _ = try await sleeper.value } catch is CancellationError {} }
        try await eventually("none runs") { try await TestMariaDB.sleepers(db) == 0 }
    }
}
