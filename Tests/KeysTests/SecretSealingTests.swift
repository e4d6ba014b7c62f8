import Foundation
import GRDB
import Logging
import Resources
import Testing

@testable import Keys

@Suite struct SecretSealingTests {
    static let start = KeyRingTests.start
    let ring = KeyRing(.ephemeral(), account: "123456789012")

    private func secret(_ versions: [Secret.Version] = []) -> Secret {
        Secret(
            region: "us-east-1", arn: "arn:x", name: "x", description: "", owningService: "rds", kmsKeyID: nil,
            createdAt: Self.start, versions: versions, tags: [])
    }

    @Test(arguments: [
        SecretValue.string(""), .string("ä\u{0}💥"), .binary(Data([0, 255])), .string(String(repeating: "x", count: 65_536)),
    ])
    func whatIsSealedOpens(value: SecretValue) async throws {
        let store = try Store.inMemory()
        let key = try await store.write { [ring] tx in
            try ring.key(named: nil, default: .secretsManager, region: "us-east-1", in: &tx, at: Self.start)
        }
        let sealed = try ring.seal(value, secret: "arn:x", version: "v1", under: key)
        let version = Secret.Version(id: "v1", stages: [], sealed: sealed, createdAt: Self.start)
        #expect(try ring.open(version, of: secret(), in: store) == value)
        var other = version
        other.id = "v2"
        #expect(throws: KeyError.invalidCiphertext) { try ring.open(other, of: secret(), in: store) }
    }

    /// A directory as a former Martlet left it: format 1, a value in plain text, and remains of others in free pages.
    @Test func aFormerMartletsValuesAreSealedAndForgottenByTheFile() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let marker = "find-me-\(UUID().uuidString)"
        try await makeOldStore(directory, marker)
        #expect(try contents(directory).contains { $0.contains(marker) }, "the old store has it in plain text")
        // Killed between sealing and erasing: the next start does it all again.
        try await sealOnly(directory)
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        #expect(try await store.holdsPlainSecrets())
        #expect(try await ring.sealPlainSecrets(in: store, now: Self.start) == 0, "sealed before")
        #expect(try await !store.holdsPlainSecrets())
        #expect(try await ring.sealPlainSecrets(in: store, now: Self.start) == 0)
        let sealed = try #require(store.get(Secret.self, region: "us-east-1", id: "arn:x"))
        #expect(try ring.open(try #require(sealed.current), of: sealed, in: store) == .string("current \(marker)"))
        #expect(sealed.versions.allSatisfy { $0.secretString == nil })
        for file in try contents(directory) { #expect(!file.contains(marker)) }
    }

    private func sealOnly(_ directory: String) async throws {
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        let count = try await store.write { [ring] tx in try ring.sealVersions(in: &tx, now: Self.start) }
        #expect(count == 2)
    }

    /// Format 1, without `secure_delete`: what was dropped lies in free pages.
    private func makeOldStore(_ directory: String, _ marker: String) async throws {
        let versions = try ["current", "former"].map { try plain($0, marker) }
        try await makeStore(directory, secret(versions))
        let database = try DatabaseQueue(path: directory + "/store.sqlite")
        try await database.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE old (text TEXT);
                    INSERT INTO old SELECT '\(marker)' || value FROM (
                        WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500)
                            SELECT value FROM n);
                    DROP TABLE old;
                    DROP TABLE chore;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '2 %';
                    PRAGMA user_version = 1;
                    """)
        }
        try database.close()
    }

    private func makeStore(_ directory: String, _ secret: Secret) async throws {
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        try await store.write { tx in try tx.insert(secret) }
    }

    private func plain(_ stage: String, _ marker: String) throws -> Secret.Version {
        let stages = stage == "current" ? ["AWSCURRENT"] : ["AWSPREVIOUS"]
        let json: [String: Any] = [
            "id": stage, "stages": stages, "secretString": "\(stage) \(marker)", "createdAt": 0,
        ]
        return try JSONDecoder().decode(Secret.Version.self, from: JSONSerialization.data(withJSONObject: json))
    }

    private func contents(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).map { name in
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)), as: UTF8.self)
        }
    }
}
