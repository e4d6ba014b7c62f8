import ArgumentParser
import Foundation
import Testing

@testable import martlet

/// What `migrate` makes of files, and what it leaves alone.
@Suite("db migrate")
struct MigrateCommandTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "martlet-migrate-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        try await body(directory)
    }

    private func migrate(_ directory: String, _ from: String, _ to: String, _ options: [String] = []) async throws {
        let words = [from, to].map { "sqlite:///\(directory)/\($0)" } + options
        try await DBCommand.MigrateCommand.parse(words).run()
    }

    private func make(_ path: String, _ statement: String) async throws {
        let file = path + ".sql"
        try Data(statement.utf8).write(to: URL(fileURLWithPath: file))
        try await DBCommand.CreateCommand.parse(["--url", "sqlite:///\(path)"]).run()
        try await DBCommand.SchemaLoadCommand.parse([file, "--url", "sqlite:///\(path)"]).run()
    }

    @Test("A plan makes no file, and a migration does")
    func plan() async throws {
        try await withDirectory { directory in
            try await make(directory + "/a.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1);")
            try await migrate(directory, "a.db", "b.db", ["--dry-run"])
            #expect(!FileManager.default.fileExists(atPath: directory + "/b.db"))
            try await migrate(directory, "a.db", "b.db")
            #expect(FileManager.default.fileExists(atPath: directory + "/b.db"))
        }
    }

    @Test("What is refused leaves no file behind")
    func refused() async throws {
        try await withDirectory { directory in
            try await make(directory + "/a.db", "CREATE VIRTUAL TABLE words USING fts5(a);")
            await #expect(throws: (any Error).self) { try await migrate(directory, "a.db", "b.db") }
        }
    }

    @Test("A file that a failure leaves empty goes away again, and one that was there stays")
    func empty() async throws {
        struct Stop: Error {}
        try await withDirectory { directory in
            let path = directory + "/b.db"
            let target = try await MigrationEndpoints.parse([]).target("sqlite:///\(path)")
            #expect(throws: Stop.self) {
                try target.withOpenOrCreated { _ in
                    #expect(FileManager.default.fileExists(atPath: path))
                    throw Stop()
                }
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try await DBCommand.CreateCommand.parse(["--url", "sqlite:///\(path)"]).run()
            #expect(throws: Stop.self) { try target.withOpenOrCreated { _ in throw Stop() } }
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("A file is not emptied into itself")
    func itself() async throws {
        try await withDirectory { directory in
            try await make(directory + "/a.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1);")
            try FileManager.default.createSymbolicLink(atPath: directory + "/b.db", withDestinationPath: directory + "/a.db")
            let before = try Data(contentsOf: URL(fileURLWithPath: directory + "/a.db"))
            for options in [["--replace", "--yes"], ["--dry-run"], []] {
                let error = await #expect(throws: (any Error).self) { try await migrate(directory, "a.db", "b.db", options) }
                #expect(error.map { "\($0)" }?.contains("FROM and TO are the same database") == true)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/a.db")) == before)
        }
    }
}
