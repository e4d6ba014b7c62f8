import AWSWire
import Foundation
import Testing

@testable import DatabaseClient

@Suite("Credentials")
struct CredentialTests {
    private let keys = AWSKeys(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    @Test func printingShowsNoSecret() throws {
        #expect(!"\(DatabaseCredentials(user: "u", password: "hunter2"))".contains("hunter2"))
        #expect(!"\(keys)".contains("wJalr") && !"\(String(reflecting: keys))".contains("wJalr"))
        let configuration = try DatabaseConfiguration(url: "postgresql://u:hunter2@h/d")
        #expect(!"\(configuration.writer)".contains("hunter2") && !String(reflecting: configuration.writer).contains("hunter2"))
    }

    @Test func aTokenIsAPresignedURL() throws {
        let url = try DatabaseURL("mysql://db.example.com/d")
        let token = try IAMCredentials.token(url, "app", keys, "us-east-1", at: Date(timeIntervalSince1970: 1_700_000_000))
        #expect(token.hasPrefix("db.example.com:3306/?Action=connect&DBUser=app&X-Amz-Algorithm=AWS4-HMAC-SHA256"))
        #expect(token.contains("X-Amz-Expires=900") && token.contains("rds-db%2Faws4_request"))
        #expect(throws: DatabaseError.self) {
            try IAMCredentials.token(DatabaseURL("postgresql:///d?host=/run"), "app", keys, "us-east-1", at: Date())
        }
    }

    @Test func aSecretIsReadOnceAndAgainWhenRefused() async throws {
        let manager = try FakeSecretsManager(secret: #"{"username":"app","password":"one","host":"ignored"}"#)
        defer { manager.close() }
        let source = SecretsManagerCredentials(
            secretID: "rds!db-1", keys: keys, region: "us-east-1", endpoint: manager.url, environment: [:])
        let url = try DatabaseURL("postgresql://h/d")
        let first = try await source.credentials(for: url, refused: nil)
        #expect(first == DatabaseCredentials(user: "app", password: "one"))
        #expect(try await source.credentials(for: url, refused: nil) == first)
        #expect(manager.requests.count == 1)
        manager.rotate(#"{"username":"app","password":"two"}"#)
        #expect(try await source.credentials(for: url, refused: first).password == "two")
        #expect(try await source.credentials(for: url, refused: first).password == "two")
        let request = try #require(manager.requests.first)
        #expect(request.contains("secretsmanager.GetSecretValue") && request.contains(#"{"SecretId":"rds!db-1"}"#))
        #expect(request.contains("/us-east-1/secretsmanager/aws4_request"))
        manager.rotate("hunter2")
        let error = await #expect(throws: DatabaseError.self) {
            _ = try await source.credentials(for: url, refused: DatabaseCredentials(user: "app", password: "two"))
        }
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }

    @Test func whoAsksAtTheSameTimeSharesOneRequest() async throws {
        let manager = try FakeSecretsManager(secret: #"{"username":"app","password":"one"}"#)
        defer { manager.close() }
        let source = SecretsManagerCredentials(
            secretID: "s", keys: keys, region: "us-east-1", endpoint: manager.url, environment: [:])
        let url = try DatabaseURL("postgresql://h/d")
        func ask(_ refused: DatabaseCredentials?) async throws -> Set<String> {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await source.credentials(for: url, refused: refused).password } }
                return try await group.reduce(into: []) { $0.insert($1) }
            }
        }
        manager.hold()
        async let early = ask(nil)
        while manager.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        // The request is under way, and answers with what is old by the time that the others are refused.
        manager.rotate(#"{"username":"app","password":"two"}"#)
        async let late = ask(DatabaseCredentials(user: "app", password: "one"))
        try await Task.sleep(for: .milliseconds(50))
        manager.release()
        #expect(try await early.contains("one"))
        #expect(try await late == ["two"])
        #expect(manager.requests.count == 2)
    }

    @Test func nobodyAnswers() async throws {
        let source = SecretsManagerCredentials(
            secretID: "x", keys: keys, region: "us-east-1", endpoint: "http://127.0.0.1:\(try freePort())", environment: [:])
        await #expect(throws: (any Error).self) {
            _ = try await source.credentials(for: DatabaseURL("mysql://h/d"), refused: nil)
        }
    }

    @Test(
        "A rotation is not noticed", .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"),
        .timeLimit(.minutes(2)))
    func rotation() async throws {
        try await TestPostgreSQL.with { server in
            try await withDatabase(server.configuration()) { try await $0.execute("CREATE ROLE rotated LOGIN PASSWORD 'one'") }
            let rules = "local all app trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
            try Data(rules.utf8).write(to: URL(fileURLWithPath: server.server.directory + "/data/pg_hba.conf"))
            try await withDatabase(server.configuration()) { try await $0.execute("SELECT pg_reload_conf()") }
            let manager = try FakeSecretsManager(secret: #"{"username":"rotated","password":"one"}"#)
            defer { manager.close() }
            var configuration = try DatabaseConfiguration(url: "postgresql://127.0.0.1:\(server.port)/postgres?sslmode=disable")
            configuration.credentials = SecretsManagerCredentials(
                secretID: "s", keys: keys, region: "us-east-1", endpoint: manager.url, environment: [:])
            configuration.pool.lifetime = .milliseconds(1)  // a new connection for each query
            try await withDatabase(configuration) { db in
                #expect(try await db.first("SELECT current_user::text", as: String.self) == "rotated")
                try await withDatabase(server.configuration()) { try await $0.execute("ALTER ROLE rotated PASSWORD 'two'") }
                manager.rotate(#"{"username":"rotated","password":"two"}"#)
                #expect(try await db.first("SELECT current_user::text", as: String.self) == "rotated")
                #expect(manager.requests.count == 2)
                // A wrong secret is an error at once, not a loop.
                try await withDatabase(server.configuration()) { try await $0.execute("ALTER ROLE rotated PASSWORD 'three'") }
                let error = await #expect(throws: DatabaseError.self) { try await db.query("SELECT 1") }
                #expect(error?.sqlState == "28P01")
            }
        }
    }
}
